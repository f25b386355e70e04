"""EC2 instances, launch templates and instances that Systems Manager manages."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="StoppedInstance",
        title="Keep, start or terminate the stopped instance",
        problem="Instance stopped for a long time",
        controls=("EC2.4",),
        steps=(
            "Ask its owner (tags, CloudTrail: who stopped it).",
            "To keep its data: aws ec2 create-image --instance-id INSTANCE --name NAME, and wait for it.",
            (
                "Find the volumes that are deleted with it: aws ec2 describe-volumes --filters"
                " Name=attachment.instance-id,Values=INSTANCE"
            ),
            "aws ec2 terminate-instances --instance-ids INSTANCE",
        ),
        why_no_fix="termination cannot be undone, and deletes volumes that are set to be deleted with the instance",
    ),
    Guidance(
        id="OldInstanceType",
        title="Move the instance to a current type",
        problem="Paravirtual instance type",
        controls=("EC2.24",),
        steps=(
            (
                "A paravirtual image does not start on a current type: move the files to an HVM image (hardware"
                " virtualization)."
            ),
            (
                "aws ec2 run-instances with an HVM image and a current type, beside the old one; move data,"
                " addresses and targets."
            ),
            "aws ec2 stop-instances --instance-ids OLD; terminate it when it is no longer needed.",
        ),
        why_no_fix="it needs another image, so it becomes another machine",
    ),
    Guidance(
        id="LaunchTemplate",
        title="Create a secure version of the launch template",
        problem="Launch template starts insecure instances",
        controls=("EC2.25", "EC2.170", "EC2.181"),
        steps=(
            (
                "aws ec2 create-launch-template-version --launch-template-id LT --source-version '$Default'"
                " --launch-template-data with AssociatePublicIpAddress=false, HttpTokens=required or Encrypted=true."
            ),
            "Start one instance from it, and check that it comes up.",
            "aws ec2 modify-launch-template --launch-template-id LT --default-version NEW",
            "Scaling groups with a fixed version: aws autoscaling update-auto-scaling-group, then an instance refresh.",
        ),
        why_no_fix=(
            "the template does not show who uses which version, and an instance that needs its public address or"
            " IMDSv1 fails at its next start, when nobody is watching"
        ),
    ),
    Guidance(
        id="LaunchConfiguration",
        title="Replace the launch configuration with a launch template",
        problem="Launch configuration starts insecure instances",
        controls=("AutoScaling.3", "Autoscaling.5", "AutoScaling.9"),
        steps=(
            "It cannot be changed: in EC2, Auto Scaling, choose Create launch template from it.",
            "There: HttpTokens=required, no public address; the subnets then need another route out (NAT, endpoints).",
            "aws autoscaling update-auto-scaling-group --auto-scaling-group-name G --launch-template …",
            "aws autoscaling start-instance-refresh, and watch it; keep the old configuration until it is done.",
        ),
        why_no_fix="it can only be replaced, and running instances do not change until they are replaced, too",
    ),
    Guidance(
        id="ManagedInstance",
        title="Connect the instance to Systems Manager",
        problem="Instance is not managed by Systems Manager",
        controls=("SSM.1",),
        steps=(
            "Check that the agent runs on it. AWS's images have it; otherwise install it.",
            (
                "Its role needs AmazonSSMManagedInstanceCore; for all instances at once: Systems Manager, Default"
                " Host Management Configuration."
            ),
            (
                "Check that it reaches ssm, ssmmessages and ec2messages of its Region on 443, through NAT or VPC"
                " endpoints."
            ),
            "aws ssm describe-instance-information --filters Key=InstanceIds,Values=INSTANCE shows it within minutes.",
        ),
        why_no_fix=(
            "agent, role and network are three possible causes, and a role changes what the instance's programs may do"
        ),
    ),
    Guidance(
        id="UnpatchedInstance",
        title="Install the missing patches",
        problem="Instance lacks patches of its baseline",
        controls=("SSM.2",),
        steps=(
            "List them: aws ssm describe-instance-patches --instance-id I --filters Key=State,Values=Missing,Failed.",
            (
                "aws ssm send-command --instance-ids I --document-name AWS-RunPatchBaseline --parameters"
                " Operation=Install,RebootOption=RebootIfNeeded"
            ),
            (
                "Do it in a maintenance window, and one of a pair at a time: it may restart. InstalledPendingReboot"
                " counts as not compliant."
            ),
            "To stay compliant: a patch policy in Systems Manager Quick Setup, with a schedule.",
        ),
        why_no_fix="patches cannot be undone, restart the machine, and may break what runs on it",
    ),
    Guidance(
        id="FailedAssociation",
        title="Find out why the association fails",
        problem="Association is not compliant",
        controls=("SSM.3",),
        steps=(
            (
                "aws ssm list-compliance-items --resource-ids INSTANCE --resource-types ManagedInstance --filters"
                " Key=ComplianceType,Values=Association: which one, and since when."
            ),
            (
                "aws ssm describe-association-executions --association-id ID, then aws ssm"
                " describe-association-execution-targets --association-id ID --execution-id EXECUTION: its error."
            ),
            "Fix the document, its parameters or the instance; aws ssm start-associations-once --association-ids ID",
        ),
        why_no_fix="the cause is in a document or on the instance, and running it again repeats the failure",
    ),
)
