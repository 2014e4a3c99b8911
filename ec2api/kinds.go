package ec2api

// kinds are the types of resource that can carry tags.
var kinds = []kind{
	ipamKind,
	scopeKind,
	poolKind,
	allocationKind,
	verificationTokenKind,
	registryAssociationKind,
	resourceDiscoveryKind,
	discoveryAssociationKind,
	vpcKind,
	subnetKind,
	routeTableKind,
	networkACLKind,
	securityGroupKind,
	securityGroupRuleKind,
	dhcpOptionsKind,
	internetGatewayKind,
	prefixListKind,
	networkInterfaceKind,
	publicIPv4PoolKind,
	elasticIPKind,
	policyKind,
	prefixListResolverKind,
	resolverTargetKind,
	ipv6PoolKind,
}
