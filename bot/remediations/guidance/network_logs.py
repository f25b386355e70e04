"""Logs of network traffic, which contain personal data, are billed by volume, or interrupt traffic when turned on."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="LogVpn",
        title="Log the VPN's tunnels",
        problem="VPN connection without logs",
        controls=("EC2.171",),
        steps=(
            "Create a log group in its Region, with a retention period.",
            (
                "aws ec2 modify-vpn-tunnel-options --vpn-connection-id ID --vpn-tunnel-outside-ip-address TUNNEL"
                " --tunnel-options LogOptions={CloudWatchLogOptions={LogEnabled=true,LogGroupArn=GROUP}}"
            ),
            (
                "The tunnel is down during the change: check that the other one carries the traffic (aws ec2"
                " describe-vpn-connections --vpn-connection-ids ID, VgwTelemetry UP), then change the second."
            ),
        ),
        why_no_fix=(
            "each tunnel is down for minutes during the change, and the customer gateway decides whether the other"
            " carries traffic"
        ),
    ),
    Guidance(
        id="LogClientVpn",
        title="Log connections to the Client VPN endpoint",
        problem="Client VPN endpoint without a connection log",
        controls=("EC2.51",),
        steps=(
            (
                "aws logs create-log-group --log-group-name /aws/clientvpn, and aws logs create-log-stream"
                " --log-group-name /aws/clientvpn --log-stream-name connections"
            ),
            (
                "aws ec2 modify-client-vpn-endpoint --client-vpn-endpoint-id ID --connection-log-options"
                " Enabled=true,CloudwatchLogGroup=/aws/clientvpn,CloudwatchLogStream=connections"
            ),
            "Connect once, and check that the log shows who connected, from where and until when.",
        ),
        why_no_fix=(
            "the log contains names and locations of people, so those responsible for privacy choose its destination"
            " and retention"
        ),
    ),
    Guidance(
        id="LogFirewall",
        title="Turn on logging of the firewall",
        problem="Network firewall without logs",
        controls=("NetworkFirewall.2",),
        steps=(
            (
                "Choose the destination: a log group, a bucket or a Firehose stream; ALERT is traffic that rules"
                " drop or alert on, FLOW is every connection."
            ),
            (
                "aws network-firewall update-logging-configuration --firewall-arn ARN --logging-configuration with"
                " one LogDestinationConfigs entry: LogType ALERT, LogDestinationType CloudWatchLogs, LogDestination"
                " logGroup=GROUP"
            ),
            "For FLOW repeat it with both entries: each call makes one change.",
            "Set the retention period of the log group.",
        ),
        why_no_fix=(
            "AWS also creates a log delivery and a policy of the log group, which Undo would not remove; flow logs"
            " can cost more than the firewall"
        ),
    ),
    Guidance(
        id="LogWebAcl",
        title="Turn on logging of the web ACL",
        problem="Web ACL without logs",
        controls=("WAF.1", "WAF.11"),
        steps=(
            (
                "Choose the destination: a log group, bucket or Firehose stream whose name begins with"
                " aws-waf-logs-; for a web ACL of CloudFront in us-east-1."
            ),
            (
                "WAF.11: aws wafv2 put-logging-configuration --logging-configuration"
                " ResourceArn=ACL,LogDestinationConfigs=DESTINATION, with RedactedFields for Authorization and"
                " cookies, and a LoggingFilter that keeps blocked requests."
            ),
            (
                "WAF.1: aws waf put-logging-configuration --logging-configuration"
                " ResourceArn=ACL,LogDestinationConfigs=STREAM; better move the ACL to AWS WAF, since WAF Classic"
                " reaches its end of life."
            ),
        ),
        why_no_fix=(
            "every request is logged with its headers: the owners decide what is redacted and kept, and it can be"
            " expensive"
        ),
    ),
    Guidance(
        id="WafMetrics",
        title="Turn on metrics of the WAF rules",
        problem="WAF rules without metrics",
        controls=("WAF.12",),
        steps=(
            "aws wafv2 get-rule-group --name NAME --scope SCOPE --id ID, and save its LockToken.",
            "Set CloudWatchMetricsEnabled true in the VisibilityConfig of the group and of each rule.",
            (
                "aws wafv2 update-rule-group --name NAME --scope SCOPE --id ID --lock-token TOKEN"
                " --visibility-config and --rules, with all other fields unchanged."
            ),
        ),
        why_no_fix=(
            "the call replaces all rules of the group, and a tool that manages the group would overwrite them with"
            " its own version"
        ),
    ),
    Guidance(
        id="LogDnsQueries",
        title="Log the zone's DNS queries",
        problem="Public zone without query logs",
        controls=("Route53.2",),
        steps=(
            (
                "In us-east-1: aws logs create-log-group --log-group-name /aws/route53/ZONE --region us-east-1, and"
                " set a retention period, because there may be many queries."
            ),
            (
                "Allow Route 53 to write there: aws logs put-resource-policy --policy-name route53-query-logs"
                " --region us-east-1 --policy-document with logs:CreateLogStream and logs:PutLogEvents for"
                " route53.amazonaws.com."
            ),
            "aws route53 create-query-logging-config --hosted-zone-id ID --cloud-watch-logs-log-group-arn GROUP",
            "Check the first streams, one for each edge location that answers.",
        ),
        why_no_fix="it needs a log group and a policy in another Region than the one the bot uses for this finding",
    ),
)
