"""Networks and computers without a safe fix: exact steps for a person, and why the bot does not take them."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="StoppedInstance",
        title="Keep, start or end the stopped instance",
        problem="Instance stopped for long",
        controls=("EC2.4",),
        steps=(
            "Ask its owner (tags, CloudTrail: who stopped it).",
            "To keep its data: aws ec2 create-image --instance-id INSTANCE --name NAME, and wait for it.",
            "aws ec2 describe-volumes --filters Name=attachment.instance-id,Values=INSTANCE: which go with it?",
            "aws ec2 terminate-instances --instance-ids INSTANCE",
        ),
        why_no_fix="terminating cannot be undone, and takes volumes with it that are set to be deleted",
    ),
    Guidance(
        id="Ec2Endpoint",
        title="Give the VPC an endpoint",
        problem="VPC calls AWS over the internet",
        controls=("EC2.10", "EC2.55", "EC2.56", "EC2.57", "EC2.58", "EC2.60"),
        steps=(
            "Choose a subnet in each zone, and a security group that lets 443 in from the VPC.",
            (
                "aws ec2 create-vpc-endpoint --vpc-id VPC --vpc-endpoint-type Interface --service-name "
                "com.amazonaws.REGION.SERVICE --subnet-ids … --security-group-ids … --no-private-dns-enabled"
            ),
            (
                "Test by the endpoint's own name from inside, then aws ec2 modify-vpc-endpoint --vpc-endpoint-id E"
                " --private-dns-enabled."
            ),
        ),
        why_no_fix="it costs money per zone and hour, and private DNS moves all callers at once: a group that does not "
        "let them in would cut them off",
    ),
    Guidance(
        id="UnusedAddress",
        title="Release the unused Elastic IP",
        problem="Elastic IP leads nowhere",
        controls=("EC2.12",),
        steps=(
            "See that no DNS name, allow list or partner relies on the address.",
            "aws ec2 release-address --allocation-id ALLOCATION",
        ),
        why_no_fix="the address itself may never come back, and others may rely on it",
    ),
    Guidance(
        id="UnusedNetworkAcl",
        title="Delete the unused network ACL",
        problem="Network ACL of no subnet",
        controls=("EC2.16",),
        steps=(
            "Keep its text: aws ec2 describe-network-acls --network-acl-ids ACL > acl.json",
            "aws ec2 delete-network-acl --network-acl-id ACL; if a stack made it, take it out of the stack instead.",
        ),
        why_no_fix="it comes back under another id only, and the code that made it would make it again or fail",
    ),
    Guidance(
        id="UnusedSecurityGroup",
        title="Delete the unused security group",
        problem="Security group of no interface",
        controls=("EC2.22",),
        steps=(
            (
                "See who names it: launch templates, rules of other groups (aws ec2 describe-security-groups --filters "
                "Name=ip-permission.group-id,Values=GROUP), code."
            ),
            "aws ec2 delete-security-group --group-id GROUP",
        ),
        why_no_fix="it comes back under another id only; what starts from a template that names it would fail",
    ),
    Guidance(
        id="SeveralInterfaces",
        title="Take away the second network interface, or exempt it",
        problem="Instance with several interfaces",
        controls=("EC2.17",),
        steps=(
            "Firewalls, NAT instances and Kubernetes nodes need several: exempt them.",
            "Else move what listens on the second address, then aws ec2 detach-network-interface --attachment-id …",
        ),
        why_no_fix="what listens on the second address cannot be known from outside the instance",
    ),
    Guidance(
        id="LaunchTemplate",
        title="Give the launch template a safe version",
        problem="Launch template starts unsafe instances",
        controls=("EC2.25", "EC2.170", "EC2.181"),
        steps=(
            (
                "aws ec2 create-launch-template-version --launch-template-id LT --source-version '$Default' "
                "--launch-template-data with AssociatePublicIpAddress=false, HttpTokens=required or Encrypted=true."
            ),
            "Start one instance of it, and see that it comes up.",
            "aws ec2 modify-launch-template --launch-template-id LT --default-version NEW",
            "Scaling groups with a fixed version: aws autoscaling update-auto-scaling-group, then an instance refresh.",
        ),
        why_no_fix="who uses which version cannot be seen from the template, and an instance that needs its public "
        "address or IMDSv1 fails at its next start, when nobody watches",
    ),
    Guidance(
        id="LaunchConfiguration",
        title="Replace the launch configuration by a launch template",
        problem="Launch configuration starts unsafe instances",
        controls=("AutoScaling.3", "Autoscaling.5", "AutoScaling.9"),
        steps=(
            "It cannot be changed: in EC2, Auto Scaling, choose Create launch template from it.",
            "There: HttpTokens=required, no public address; the subnets need another way out (NAT, endpoints).",
            "aws autoscaling update-auto-scaling-group --auto-scaling-group-name G --launch-template …",
            "aws autoscaling start-instance-refresh, and watch; keep the old configuration until it is done.",
        ),
        why_no_fix="it can only be replaced, and running instances stay as they are until they are replaced, too",
    ),
    Guidance(
        id="SeveralZones",
        title="Spread it over several zones",
        problem="All in one zone or of one type",
        controls=("AutoScaling.2", "AutoScaling.6", "ELB.10", "ELB.13"),
        steps=(
            "See that the other zone has a subnet with the same routes, and that data is reachable from there.",
            "Auto Scaling: update-auto-scaling-group --vpc-zone-identifier A,B; types in a mixed instances policy.",
            "Load balancers: elbv2 set-subnets --subnets A B, or elb enable-availability-zones-for-load-balancer.",
        ),
        why_no_fix="which subnets are fit for it, and what it costs between zones, is known to its owners",
    ),
    Guidance(
        id="ListenerSecurity",
        title="Give the listener TLS with a present-day policy",
        problem="Listener with weak or no TLS",
        controls=("ELB.2", "ELB.3", "ELB.8", "ELB.17", "ELB.18"),
        steps=(
            "Request a certificate for the name: aws acm request-certificate, and prove the domain.",
            "See in the access logs (ssl_protocol, ssl_cipher) whether old clients still come.",
            (
                "aws elbv2 modify-listener --listener-arn L --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06 (or with "
                "--protocol HTTPS --certificates …); classic: set-load-balancer-policies-of-listener."
            ),
        ),
        why_no_fix="it takes a certificate for a name that the bot does not know, and old clients would be cut off",
    ),
    Guidance(
        id="WebAcl",
        title="Put a web ACL before it",
        problem="No web application firewall",
        controls=("ELB.16", "APIGateway.4", "CloudFront.6"),
        steps=(
            "aws wafv2 create-web-acl with AWS's managed rules, in Count mode (CloudFront: in us-east-1).",
            "aws wafv2 associate-web-acl --web-acl-arn ACL --resource-arn ARN (CloudFront: in the distribution).",
            "Read the counts of a week, exempt what is wanted, then turn Count into Block.",
        ),
        why_no_fix="rules that nobody has tuned block customers, and every web ACL costs money",
    ),
    Guidance(
        id="ClusterEndpoint",
        title="Close the cluster's public endpoint",
        problem="Kubernetes API open to the internet",
        controls=("EKS.1",),
        steps=(
            "aws eks update-cluster-config --name C --resources-vpc-config endpointPrivateAccess=true, and wait.",
            (
                "Meanwhile narrow it: aws eks update-cluster-config --name C --resources-vpc-config"
                " publicAccessCidrs=203.0.113.0/24,… (the office, the runners, and NAT gateways of nodes outside)."
            ),
            "See that people and pipelines reach it from inside (VPN, runners in the VPC): kubectl get nodes.",
            "aws eks update-cluster-config --name C --resources-vpc-config endpointPublicAccess=false",
        ),
        why_no_fix="whoever deploys from outside, and nodes without private access, would be cut off from the cluster",
    ),
    Guidance(
        id="ClusterVersion",
        title="Upgrade the cluster",
        problem="Kubernetes version out of support",
        controls=("EKS.2",),
        steps=(
            "EKS, Upgrade insights: which APIs that the next version lacks are in use?",
            "One minor version at a time: aws eks update-cluster-version --name C --kubernetes-version NEXT",
            "Then add-ons (aws eks update-addon), then node groups (aws eks update-nodegroup-version).",
        ),
        why_no_fix="a control plane cannot go back, and workloads that use removed APIs fail",
    ),
    Guidance(
        id="ClusterSecrets",
        title="Encrypt the cluster's secrets with a key",
        problem="Kubernetes secrets without a KMS key",
        controls=("EKS.3",),
        steps=(
            (
                "aws eks associate-encryption-config --cluster-name C --encryption-config "
                '\'[{"resources":["secrets"],"provider":{"keyArn":"KEY"}}]\''
            ),
            "Rewrite the secrets that are there: kubectl get secrets -A -o json | kubectl replace -f -",
        ),
        why_no_fix="it cannot be taken back: a cluster whose key is lost is lost",
    ),
    Guidance(
        id="MissingOrigin",
        title="Take the missing bucket out of the distribution",
        problem="Distribution points to a bucket that is not there",
        controls=("CloudFront.12",),
        steps=(
            "Find the origin: aws cloudfront get-distribution-config --id D; aws s3api head-bucket for each bucket.",
            "Today: make the bucket in your account, so that nobody else can take its name and answer in yours.",
            "Then change the behaviours that use the origin, and take the origin out, in one update-distribution.",
        ),
        why_no_fix="to disable the distribution, or to point it elsewhere, takes down what its other origins serve",
    ),
)
