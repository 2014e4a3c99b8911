package scenario

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func (a *applier) makeIPAMs() error {
	for _, i := range a.IPAMs {
		if err := a.makeIPAM(i); err != nil {
			return err
		}
	}
	return nil
}

func (i *ipam) name() string { return i.Account.s + "/" + i.Region.s }

func (i *ipam) by(line int) caller { return caller{line, i.Account.s, i.Region.s} }

func (a *applier) makeIPAM(i *ipam) error {
	in := &ec2.CreateIpamInput{
		Description:       i.Description.ptr(),
		Tier:              types.IpamTier(i.Tier.s),
		TagSpecifications: specify(types.ResourceTypeIpam, i.Tags),
	}
	for _, r := range i.Operating {
		in.OperatingRegions = append(in.OperatingRegions, types.AddIpamOperatingRegion{RegionName: &r.s})
	}
	out, err := do[ec2.CreateIpamOutput](a, i.by(i.line), in)
	if err != nil {
		return err
	}
	a.result.IPAMs[i.name()] = *out.Ipam.IpamId
	a.result.Scopes[i.name()+"/private"], a.result.Scopes[i.name()+"/public"] = *out.Ipam.PrivateDefaultScopeId, *out.Ipam.PublicDefaultScopeId
	for _, s := range i.Scopes {
		id, err := a.scopeID(i, s, out.Ipam)
		if err != nil {
			return err
		}
		a.result.Scopes[i.name()+"/"+s.Scope.s] = id
		for _, p := range s.Pools {
			if err := a.makePool(id, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// specify are tags as the calls that create something take them.
func specify(kind types.ResourceType, list tags) []types.TagSpecification {
	if len(list) == 0 {
		return nil
	}
	s := types.TagSpecification{ResourceType: kind}
	for _, t := range list {
		s.Tags = append(s.Tags, types.Tag{Key: &t.key, Value: &t.value})
	}
	return []types.TagSpecification{s}
}

// scopeID finds a default scope or creates a further one. What the file says about a default one is put to it afterwards.
func (a *applier) scopeID(i *ipam, s *scope, made *types.Ipam) (string, error) {
	if !s.isDefault() {
		out, err := do[ec2.CreateIpamScopeOutput](a, i.by(s.line), &ec2.CreateIpamScopeInput{
			IpamId: made.IpamId, Description: s.Description.ptr(), TagSpecifications: specify(types.ResourceTypeIpamScope, s.Tags.named(s.Scope)),
		})
		if err != nil {
			return "", err
		}
		return *out.IpamScope.IpamScopeId, nil
	}
	id := made.PrivateDefaultScopeId
	if s.isPublic() {
		id = made.PublicDefaultScopeId
	}
	if s.Description.given() {
		_, err := do[ec2.ModifyIpamScopeOutput](a, i.by(s.Description.line), &ec2.ModifyIpamScopeInput{IpamScopeId: id, Description: &s.Description.s})
		if err != nil {
			return "", err
		}
	}
	if len(s.Tags) > 0 {
		in := &ec2.CreateTagsInput{Resources: []string{*id}, Tags: specify(types.ResourceTypeIpamScope, s.Tags)[0].Tags}
		if _, err := do[ec2.CreateTagsOutput](a, i.by(s.line), in); err != nil {
			return "", err
		}
	}
	return *id, nil
}

// makePool creates a pool with all that is in it. The pools below come before allocations: an allocation that only says its
// length takes what they leave.
func (a *applier) makePool(scopeID string, p *pool) error {
	out, err := do[ec2.CreateIpamPoolOutput](a, p.ipam.by(p.line), a.poolInput(scopeID, p))
	if err != nil {
		return err
	}
	a.pools[p] = made{*out.IpamPool.IpamPoolId, *out.IpamPool.IpamPoolArn}
	if err := a.provision(p); err != nil {
		return err
	}
	for _, child := range p.Pools {
		if err := a.makePool(scopeID, child); err != nil {
			return err
		}
	}
	for _, each := range p.Allocations {
		_, err := do[ec2.AllocateIpamPoolCidrOutput](a, caller{each.line, p.ipam.Account.s, p.home()}, &ec2.AllocateIpamPoolCidrInput{
			IpamPoolId: new(a.pools[p].id), Cidr: each.CIDR.ptr(), NetmaskLength: each.Netmask.ptr(), Description: each.Description.ptr(),
			TagSpecifications: specify(types.ResourceTypeIpamPoolAllocation, each.Tags),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) poolInput(scopeID string, p *pool) *ec2.CreateIpamPoolInput {
	in := &ec2.CreateIpamPoolInput{
		IpamScopeId:          &scopeID,
		AddressFamily:        types.AddressFamily(p.family),
		Description:          p.Description.ptr(),
		Locale:               p.Locale.ptr(),
		AutoImport:           p.AutoImport.ptr(),
		PublicIpSource:       types.IpamPoolPublicIpSource(p.PublicIPSource.s),
		AwsService:           types.IpamPoolAwsService(p.AWSService.s),
		PubliclyAdvertisable: p.Advertisable.ptr(),
		TagSpecifications:    specify(types.ResourceTypeIpamPool, p.Tags.named(p.Name)),
	}
	if p.parent != nil {
		in.SourceIpamPoolId = new(a.pools[p.parent].id)
	}
	if m := p.Netmask; m != nil {
		in.AllocationMinNetmaskLength, in.AllocationMaxNetmaskLength, in.AllocationDefaultNetmaskLength = m.Min.ptr(), m.Max.ptr(), m.Default.ptr()
	}
	for _, t := range p.RequiredTags {
		in.AllocationResourceTags = append(in.AllocationResourceTags, types.RequestIpamResourceTag{Key: &t.key, Value: &t.value})
	}
	return in
}

// provision gives a pool its CIDRs. Whether it got them does not show in the answers, so it asks.
func (a *applier) provision(p *pool) error {
	id := a.pools[p].id
	line := map[string]int{}
	for _, each := range p.CIDRs {
		in := &ec2.ProvisionIpamPoolCidrInput{IpamPoolId: &id}
		if each.prefix.IsValid() {
			in.Cidr = &each.s
		} else {
			in.NetmaskLength = &each.length
		}
		if p.proves() {
			message := fmt.Sprintf("1|aws|%s|%s|99991231|SHA256|RSAPSS", p.ipam.Account.s, each.s)
			in.CidrAuthorizationContext = &types.IpamCidrAuthorizationContext{Message: &message, Signature: new("scenario")}
		}
		out, err := do[ec2.ProvisionIpamPoolCidrOutput](a, p.ipam.by(each.line), in)
		if err != nil {
			return err
		}
		line[*out.IpamPoolCidr.IpamPoolCidrId] = each.line
	}
	got, err := do[ec2.GetIpamPoolCidrsOutput](a, p.ipam.by(p.line), &ec2.GetIpamPoolCidrsInput{IpamPoolId: &id})
	if err != nil {
		return err
	}
	for _, c := range got.IpamPoolCidrs {
		if c.State != types.IpamPoolCidrStateProvisioned {
			return a.fail(p.ipam.by(line[*c.IpamPoolCidrId]), "ProvisionIpamPoolCidr", whyNot(c))
		}
	}
	return nil
}

func whyNot(c types.IpamPoolCidr) error {
	if r := c.FailureReason; r != nil && r.Message != nil {
		return errors.New(*r.Message)
	}
	return fmt.Errorf("the CIDR is %s", c.State)
}

// proves tells whether AWS wants a proof that the addresses are the caller's own. The server checks what the message says and believes the signature.
func (p *pool) proves() bool {
	return p.scope.isPublic() && p.parent == nil && p.PublicIPSource.s != string(types.IpamPoolPublicIpSourceAmazon)
}
