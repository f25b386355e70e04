"""CloudWatch metrics of queries in Athena work groups."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if_message
from bot.remediations.toolkit.toggle import Toggle


class MeasureWorkGroup(Toggle):
    """Publish metrics of the work group's queries to CloudWatch."""

    title = "Publish the work group's figures"
    problem = "Athena work group without figures"
    controls = ("Athena.4",)
    config_rules = ("ATHENA_WORKGROUP_LOGGING_ENABLED",)
    resource_type = "AWS::Athena::WorkGroup"
    reads = ("athena:GetWorkGroup",)
    writes = ("athena:UpdateWorkGroup",)
    proved_on = "extended"
    setting = "query metrics"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        with gone_if_message("not found", target):  # Athena has one error code for all invalid requests
            response = aws.client("athena").get_work_group(WorkGroup=target.resource.name)
        return bool(response["WorkGroup"].get("Configuration", {}).get("PublishCloudWatchMetricsEnabled"))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        aws.client("athena").update_work_group(
            WorkGroup=target.resource.name, ConfigurationUpdates={"PublishCloudWatchMetricsEnabled": on}
        )

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARN of the work group, which AWS Config may identify by its name."""
        where = target.resource
        return (f"arn:{where.partition}:athena:{where.region}:{where.account}:workgroup/{where.name}",)
