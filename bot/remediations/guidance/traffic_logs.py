"""Logs of what goes through a network: they name people, cost by the packet, or interrupt it."""

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
            "Make a log group in its Region, with a retention.",
            (
                "aws ec2 modify-vpn-tunnel-options --vpn-connection-id ID --vpn-tunnel-outside-ip-address TUNNEL"
                " --tunnel-options LogOptions={CloudWatchLogOptions={LogEnabled=true,LogGroupArn=GROUP}}"
            ),
            (
                "The tunnel is down while it changes: see that the other one carries the traffic (aws ec2"
                " describe-vpn-connections --vpn-connection-ids ID, VgwTelemetry UP), then do the second."
            ),
        ),
        why_no_fix=(
            "each tunnel is down for minutes while it changes, and whether the other carries the traffic its far end"
            " decides"
        ),
    ),
    Guidance(
        id="LogClientVpn",
        title="Log who connects by the client VPN",
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
            "Connect once, and see who, from where and until when.",
        ),
        why_no_fix=(
            "the log names people and where they are, so those who answer for privacy choose where it goes and how"
            " long it stays"
        ),
    ),
    Guidance(
        id="LogFirewall",
        title="Log what the firewall does",
        problem="Network firewall without logs",
        controls=("NetworkFirewall.2",),
        steps=(
            (
                "Choose where to: a log group, a bucket or a Firehose stream; ALERT is what rules drop or alert on,"
                " FLOW is every connection."
            ),
            (
                "aws network-firewall update-logging-configuration --firewall-arn ARN --logging-configuration with"
                " one LogDestinationConfigs entry: LogType ALERT, LogDestinationType CloudWatchLogs, LogDestination"
                " logGroup=GROUP"
            ),
            "For FLOW once more, with both entries: one change in a call.",
            "Give the log group a retention.",
        ),
        why_no_fix=(
            "AWS makes a log delivery and a policy of the log group with it, which Undo would not take away; flows"
            " can cost more than the firewall"
        ),
    ),
    Guidance(
        id="LogWebAcl",
        title="Log what the web ACL decides",
        problem="Web ACL without logs",
        controls=("WAF.1", "WAF.11"),
        steps=(
            (
                "Where to: a log group, bucket or Firehose stream whose name begins with aws-waf-logs-; for a web"
                " ACL of CloudFront in us-east-1."
            ),
            (
                "WAF.11: aws wafv2 put-logging-configuration --logging-configuration"
                " ResourceArn=ACL,LogDestinationConfigs=DESTINATION, with RedactedFields for Authorization and"
                " cookies, and a LoggingFilter that keeps what was blocked."
            ),
            (
                "WAF.1: aws waf put-logging-configuration --logging-configuration"
                " ResourceArn=ACL,LogDestinationConfigs=STREAM; better move the ACL to AWS WAF, since WAF Classic"
                " ends."
            ),
        ),
        why_no_fix=(
            "every request is written down with its headers: what is redacted and what is kept its owners decide,"
            " and it can cost much"
        ),
    ),
    Guidance(
        id="WafMetrics",
        title="Count what the rules match",
        problem="WAF rules without metrics",
        controls=("WAF.12",),
        steps=(
            "aws wafv2 get-rule-group --name NAME --scope SCOPE --id ID, and keep its LockToken.",
            "Set CloudWatchMetricsEnabled true in the VisibilityConfig of the group and of each rule.",
            (
                "aws wafv2 update-rule-group --name NAME --scope SCOPE --id ID --lock-token TOKEN"
                " --visibility-config and --rules, all of them as they were."
            ),
        ),
        why_no_fix=(
            "the call replaces all rules of the group; a tool that made the group would put them back as it knows them"
        ),
    ),
)
