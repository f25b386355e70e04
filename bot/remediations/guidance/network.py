"""VPC endpoints, addresses, security groups, firewalls and web ACLs."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="Ec2Endpoint",
        title="Create a VPC endpoint",
        problem="VPC calls AWS over the internet",
        controls=("EC2.10", "EC2.55", "EC2.56", "EC2.57", "EC2.58", "EC2.60"),
        steps=(
            "Choose a subnet in each zone, and a security group that allows 443 from the VPC.",
            (
                "aws ec2 create-vpc-endpoint --vpc-id VPC --vpc-endpoint-type Interface --service-name"
                " com.amazonaws.REGION.SERVICE --subnet-ids … --security-group-ids … --no-private-dns-enabled"
            ),
            (
                "Test it from inside by the endpoint's own DNS name, then aws ec2 modify-vpc-endpoint"
                " --vpc-endpoint-id E --private-dns-enabled."
            ),
        ),
        why_no_fix=(
            "it is billed per zone and hour, and private DNS moves all callers at once: a security group that does"
            " not allow them would cut them off"
        ),
    ),
    Guidance(
        id="UnusedAddress",
        title="Release the unused Elastic IP address",
        problem="Elastic IP address is not associated",
        controls=("EC2.12",),
        steps=(
            "Check that no DNS name, allow list or partner relies on the address.",
            "aws ec2 release-address --allocation-id ALLOCATION",
        ),
        why_no_fix="the address may never be available again, and others may rely on it",
    ),
    Guidance(
        id="UnusedNetworkAcl",
        title="Delete the unused network ACL",
        problem="Network ACL without a subnet",
        controls=("EC2.16",),
        steps=(
            "Save it: aws ec2 describe-network-acls --network-acl-ids ACL > acl.json",
            "aws ec2 delete-network-acl --network-acl-id ACL; if a stack created it, remove it from the stack instead.",
        ),
        why_no_fix=(
            "it can be recreated only with another id, and the code that created it would create it again or fail"
        ),
    ),
    Guidance(
        id="UnusedSecurityGroup",
        title="Delete the unused security group",
        problem="Security group without a network interface",
        controls=("EC2.22",),
        steps=(
            (
                "Find references to it: launch templates, rules of other groups (aws ec2 describe-security-groups"
                " --filters Name=ip-permission.group-id,Values=GROUP), code."
            ),
            "aws ec2 delete-security-group --group-id GROUP",
        ),
        why_no_fix=(
            "it can be recreated only with another id, and instances from a template that names it would fail to start"
        ),
    ),
    Guidance(
        id="SeveralInterfaces",
        title="Remove the second network interface, or exempt the instance",
        problem="Instance with several network interfaces",
        controls=("EC2.17",),
        steps=(
            "Firewalls, NAT instances and Kubernetes nodes need several: exempt them.",
            (
                "Otherwise move what listens on the second address, then aws ec2 detach-network-interface"
                " --attachment-id …"
            ),
        ),
        why_no_fix="what listens on the second address cannot be seen from outside the instance",
    ),
    Guidance(
        id="OpenWarehousePort",
        title="Allow only known networks to reach the warehouse's port",
        problem="Redshift port is open to the internet",
        controls=("Redshift.15",),
        steps=(
            "aws redshift describe-clusters --cluster-identifier C: Endpoint.Port and VpcSecurityGroups.",
            "Find the clients: SELECT DISTINCT remotehost FROM stl_connection_log, which keeps some days.",
            "For each group: aws ec2 authorize-security-group-ingress for those networks or groups.",
            "aws ec2 revoke-security-group-ingress for 0.0.0.0/0 and ::/0; other resources may use the group, too.",
            "If all clients are inside the VPC, Redshift.1 makes the cluster private.",
        ),
        why_no_fix="other resources may share the security groups, and the clients are not known",
    ),
    Guidance(
        id="WebAcl",
        title="Associate a web ACL",
        problem="No web application firewall",
        controls=("ELB.16", "APIGateway.4", "CloudFront.6"),
        steps=(
            "aws wafv2 create-web-acl with AWS's managed rules, in Count mode (CloudFront: in us-east-1).",
            "aws wafv2 associate-web-acl --web-acl-arn ACL --resource-arn ARN (CloudFront: in the distribution).",
            "Read the counts of a week, exempt legitimate requests, then change Count to Block.",
        ),
        why_no_fix="rules that are not tuned block customers, and every web ACL costs money",
    ),
    Guidance(
        id="EmptyWafRules",
        title="Add rules to the web ACL, or delete it",
        problem="Web ACL, rule group or rule is empty",
        controls=("WAF.2", "WAF.3", "WAF.4", "WAF.6", "WAF.7", "WAF.8", "WAF.10"),
        steps=(
            (
                "Find the resources that it protects: aws wafv2 list-resources-for-web-acl --web-acl-arn ACL (WAF"
                " Classic: aws waf-regional list-resources-for-web-acl --web-acl-id ID). If there are none, delete"
                " it."
            ),
            (
                "WAF.10: AWS's managed groups in count mode first: AWSManagedRulesCommonRuleSet,"
                " AWSManagedRulesAmazonIpReputationList. aws wafv2 update-web-acl with Rules, LockToken, and all"
                " other fields unchanged."
            ),
            "Check in the sampled requests which ones they would have blocked, then block.",
            (
                "WAF Classic (all but WAF.10) reaches its end of life: migrate it with aws waf-regional"
                " create-web-acl-migration-stack rather than add rules."
            ),
        ),
        why_no_fix="a rule blocks requests, and its owners see in count mode which must not be blocked",
    ),
    Guidance(
        id="FirewallRules",
        title="Add rules to the firewall policy",
        problem="Firewall policy has no rules, or allows all traffic",
        controls=("NetworkFirewall.3", "NetworkFirewall.4", "NetworkFirewall.5", "NetworkFirewall.6"),
        steps=(
            (
                "aws network-firewall describe-firewall-policy --firewall-policy-arn POLICY, and save it, with its"
                " UpdateToken."
            ),
            (
                "NetworkFirewall.3: a rule group first, in alert mode: AWS's managed ones, or aws network-firewall"
                " create-rule-group --rule-group-name NAME --type STATEFUL --capacity 100"
            ),
            (
                "NetworkFirewall.4, NetworkFirewall.5: StatelessDefaultActions and StatelessFragmentDefaultActions"
                " aws:forward_to_sfe (or aws:drop); stateful rules then have to pass legitimate traffic, in both"
                " directions."
            ),
            "NetworkFirewall.6: add rules to the empty group, or delete it.",
            (
                "aws network-firewall update-firewall-policy --firewall-policy-arn POLICY --update-token TOKEN"
                " --firewall-policy file://policy.json; watch the flow log."
            ),
        ),
        why_no_fix="today's traffic would be cut without notice, and legitimate traffic is not documented anywhere",
    ),
)
