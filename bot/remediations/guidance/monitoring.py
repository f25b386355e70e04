"""Alarms, events and health of services."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="AlarmActions",
        title="Configure and turn on the alarm's actions",
        problem="Alarm notifies nobody",
        controls=("CloudWatch.15", "CloudWatch.17"),
        steps=(
            (
                "Ask its owner who should be notified, and whether its actions were turned off on purpose (for"
                " maintenance, say)."
            ),
            "aws cloudwatch enable-alarm-actions --alarm-names A",
            "aws cloudwatch put-metric-alarm with everything that it has (describe-alarms) and --alarm-actions TOPIC.",
        ),
        why_no_fix="an action may scale, stop or reboot a resource: an alarm that is in alarm now acts immediately",
    ),
    Guidance(
        id="EnhancedHealth",
        title="Turn on enhanced health reporting",
        problem="Environment without enhanced health reporting",
        controls=("ElasticBeanstalk.1",),
        steps=(
            (
                "Its instances need a role with AWSElasticBeanstalkWebTier, its service role"
                " AWSElasticBeanstalkEnhancedHealth."
            ),
            (
                "aws elasticbeanstalk update-environment --environment-name NAME --option-settings"
                " Namespace=aws:elasticbeanstalk:healthreporting:system,OptionName=SystemType,Value=enhanced"
            ),
            "Instances may be replaced, according to the environment's update policy: choose a maintenance window.",
        ),
        why_no_fix="Beanstalk updates the environment, and may replace its instances",
    ),
    Guidance(
        id="BrokerMonitoring",
        title="Turn on enhanced monitoring of the brokers",
        problem="MSK cluster with basic monitoring",
        controls=("MSK.2",),
        steps=(
            "aws kafka describe-cluster-v2 --cluster-arn ARN: its CurrentVersion, and that its state is ACTIVE.",
            (
                "aws kafka update-monitoring --cluster-arn ARN --current-version VERSION --enhanced-monitoring"
                " PER_TOPIC_PER_BROKER"
            ),
            "The metrics are billed by number of topics and brokers: check the bill after a day.",
        ),
        why_no_fix="the price depends on the number of topics, which may be thousands",
    ),
    Guidance(
        id="DatabaseEvents",
        title="Subscribe to the required database events",
        problem="No subscription to database events",
        controls=("RDS.19", "RDS.20", "RDS.21", "RDS.22"),
        steps=(
            "Create a topic that people read, and allow events.rds.amazonaws.com to publish to it.",
            (
                "RDS.19: source type db-cluster, maintenance and failure. RDS.20: db-instance, maintenance,"
                " configuration change and failure. RDS.21: db-parameter-group, configuration change. RDS.22:"
                " db-security-group, configuration change and failure."
            ),
            (
                "aws rds create-event-subscription --subscription-name NAME --sns-topic-arn TOPIC --source-type"
                " db-cluster --event-categories maintenance failure --enabled"
            ),
            (
                "An existing one: aws rds modify-event-subscription --subscription-name NAME --event-categories,"
                " including its current ones."
            ),
        ),
        why_no_fix="people decide who is notified of these events, possibly at night",
    ),
)
