"""The story of the README's section "Delegated administration and sharing, offline", through boto3.

    python3 story.py http://127.0.0.1:4566

It says what did not come out as it should, and at its end how much did. It needs a server without an organization of
account 111111111111, and a boto3 no older than 1.26.
"""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
HOME, AWAY = "us-east-1", "us-east-2"
MANAGEMENT, STRANGER = "111111111111", "999999999999"

passed = failed = 0


def check(what, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"{what}: got {got!r}, want {want!r}")


def refused(what, code, call, **parameters):
    """Checks that a call fails with a code."""
    try:
        call(**parameters)
        got = "no error"
    except ClientError as e:
        got = e.response["Error"]["Code"]
    check(what, got, code)


def client(account, service, region=HOME, secret="x", token=None):
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"max_attempts": 0}),  # an error is an answer
    )


def create_account(organizations, name):
    status = organizations.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
    for _ in range(100):
        status = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
        if status["State"] != "IN_PROGRESS":
            break
        time.sleep(0.1)
    check(f"the account {name}", status["State"], "SUCCEEDED")
    return status["AccountId"]


def create_pool(ec2, cidr, **parameters):
    pool = ec2.create_ipam_pool(AddressFamily="ipv4", **parameters)["IpamPool"]
    check(f"the state of a new pool for {cidr}", pool["State"], "create-in-progress")
    ec2.provision_ipam_pool_cidr(IpamPoolId=pool["IpamPoolId"], Cidr=cidr)
    cidrs = ec2.get_ipam_pool_cidrs(IpamPoolId=pool["IpamPoolId"])["IpamPoolCidrs"]
    check("the CIDRs of the pool", [(c["Cidr"], c["State"]) for c in cidrs], [(cidr, "provisioned")])
    return pool


def pool_ids(account, region):
    pages = client(account, "ec2", region).get_paginator("describe_ipam_pools").paginate()
    return [pool["IpamPoolId"] for page in pages for pool in page["IpamPools"]]


def vpc_cidr(account, region, **parameters):
    vpc = client(account, "ec2", region).create_vpc(**parameters)["Vpc"]
    check("the owner of the VPC", vpc["OwnerId"], account)
    return vpc["CidrBlock"]


# The management account has two accounts made and leaves IPAM to one of them.
organizations = client(MANAGEMENT, "organizations")
organization = organizations.create_organization(FeatureSet="ALL")["Organization"]
check("the management account", organization["MasterAccountId"], MANAGEMENT)
root = organizations.list_roots()["Roots"][0]["Id"]
network = create_account(organizations, "network")
workload = create_account(organizations, "workload")
unit = organizations.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"]["Id"]
organizations.move_account(AccountId=workload, SourceParentId=root, DestinationParentId=unit)
accounts = organizations.list_accounts_for_parent(ParentId=unit)["Accounts"]
check("the accounts of the unit", [a["Id"] for a in accounts], [workload])

check("sharing", client(MANAGEMENT, "ram").enable_sharing_with_aws_organization()["returnValue"], True)
admin = client(MANAGEMENT, "ec2").enable_ipam_organization_admin_account(DelegatedAdminAccountId=network)
check("delegating", admin["Success"], True)
admins = organizations.list_delegated_administrators(ServicePrincipal="ipam.amazonaws.com")["DelegatedAdministrators"]
check("the administrators", [a["Id"] for a in admins], [network])

# The network account makes the tree of pools and shares it, but for the parent.
ec2 = client(network, "ec2")
ipam = ec2.create_ipam(OperatingRegions=[{"RegionName": HOME}, {"RegionName": AWAY}])["Ipam"]
scope = ipam["PrivateDefaultScopeId"]
top = create_pool(ec2, "10.0.0.0/8", IpamScopeId=scope)
rules = {
    "IpamScopeId": scope,
    "SourceIpamPoolId": top["IpamPoolId"],
    "AutoImport": True,
    "AllocationDefaultNetmaskLength": 24,
    "AllocationMinNetmaskLength": 20,
    "AllocationMaxNetmaskLength": 26,
}
east1 = create_pool(ec2, "10.10.0.0/16", Locale=HOME, **rules)
east2 = create_pool(ec2, "10.20.0.0/16", Locale=AWAY, **rules)
check("pools of the workload account before the share", pool_ids(workload, HOME), [])
share = client(network, "ram").create_resource_share(
    name="pools", principals=[organization["Arn"]], resourceArns=[east1["IpamPoolArn"], east2["IpamPoolArn"]]
)["resourceShare"]
check("the share", share["status"], "ACTIVE")

# The workload account takes VPCs from the pools, once by the role that the organization has in it.
check("its pools at home", sorted(pool_ids(workload, HOME)), sorted([east1["IpamPoolId"], east2["IpamPoolId"]]))
check("its pools away", pool_ids(workload, AWAY), [east2["IpamPoolId"]])
shared = client(workload, "ram").list_resources(resourceOwner="OTHER-ACCOUNTS")["resources"]
check("what RAM lists", sorted(r["arn"] for r in shared), sorted([east1["IpamPoolArn"], east2["IpamPoolArn"]]))
check("a VPC away", vpc_cidr(workload, AWAY, Ipv4IpamPoolId=east2["IpamPoolId"], Ipv4NetmaskLength=22), "10.20.0.0/22")
keys = client(MANAGEMENT, "sts").assume_role(
    RoleArn=f"arn:aws:iam::{workload}:role/OrganizationAccountAccessRole", RoleSessionName="admin"
)["Credentials"]
assumed = (HOME, keys["SecretAccessKey"], keys["SessionToken"])
who = client(keys["AccessKeyId"], "sts", *assumed).get_caller_identity()
check("the caller", (who["Account"], who["Arn"]), (workload, f"arn:aws:sts::{workload}:assumed-role/OrganizationAccountAccessRole/admin"))
vpc = client(keys["AccessKeyId"], "ec2", *assumed).create_vpc(Ipv4IpamPoolId=east1["IpamPoolId"])["Vpc"]
check("a VPC by the role", (vpc["OwnerId"], vpc["CidrBlock"]), (workload, "10.10.0.0/24"))
seen = ec2.get_ipam_pool_allocations(IpamPoolId=east1["IpamPoolId"])["IpamPoolAllocations"]
check(
    "what the owner sees",
    [(a["Cidr"], a["ResourceType"], a["ResourceId"], a["ResourceOwner"]) for a in seen],
    [("10.10.0.0/24", "vpc", vpc["VpcId"], workload)],
)

# Everybody else is kept out.
mine, strangers = client(workload, "ec2"), client(STRANGER, "ec2")
check("pools of a stranger", pool_ids(STRANGER, HOME), [])
refused("a stranger's VPC", "InvalidIpamPoolId.NotFound", strangers.create_vpc, Ipv4IpamPoolId=east1["IpamPoolId"])
refused("the parent, not shared", "InvalidIpamPoolId.NotFound", mine.describe_ipam_pools, IpamPoolIds=[top["IpamPoolId"]])
refused("a VPC in the wrong Region", "InvalidIpamPoolId.NotFound", mine.create_vpc, Ipv4IpamPoolId=east2["IpamPoolId"])
refused("a VPC of a wrong size", "InvalidParameterValue", mine.create_vpc, Ipv4IpamPoolId=east1["IpamPoolId"], Ipv4NetmaskLength=28)
refused("another's pool", "UnauthorizedOperation", mine.provision_ipam_pool_cidr, IpamPoolId=east1["IpamPoolId"], Cidr="10.11.0.0/16")

# With the policy of AWS's guide, there is no way around the pools.
organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
statement = {
    "Effect": "Deny",
    "Action": ["ec2:CreateVpc", "ec2:AssociateVpcCidrBlock"],
    "Resource": "arn:aws:ec2:*:*:vpc/*",
    "Condition": {"Null": {"ec2:Ipv4IpamPoolId": "true"}},
}
policy = organizations.create_policy(
    Type="SERVICE_CONTROL_POLICY",
    Name="pools",
    Description="VPCs come from pools",
    Content=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
)["Policy"]["PolicySummary"]
organizations.attach_policy(PolicyId=policy["Id"], TargetId=unit)
refused("a VPC by hand", "UnauthorizedOperation", mine.create_vpc, CidrBlock="192.168.0.0/24")
refused("a second block by hand", "UnauthorizedOperation", mine.associate_vpc_cidr_block, VpcId=vpc["VpcId"], CidrBlock="192.168.0.0/24")
check("a VPC from the pool", vpc_cidr(workload, HOME, Ipv4IpamPoolId=east1["IpamPoolId"]), "10.10.1.0/24")
check("a VPC by hand outside the unit", vpc_cidr(network, HOME, CidrBlock="192.168.0.0/24"), "192.168.0.0/24")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
