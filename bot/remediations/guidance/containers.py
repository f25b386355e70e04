"""Task definitions and task sets of ECS: neither is changed, a new one takes its place."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

_NEW_REVISION: Final = (
    "aws ecs describe-task-definition --task-definition FAMILY, change it, aws ecs register-task-definition."
)
_ROLL_OUT: Final = (
    "aws ecs update-service --cluster CLUSTER --service SERVICE --task-definition FAMILY:REVISION, one by one;"
    " scheduled"
    " tasks name theirs in EventBridge. Then aws ecs deregister-task-definition of the old revision."
)
_IMMUTABLE: Final = "a task definition cannot be changed, and a new revision helps only when its services run it"

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="HostProcesses",
        title="Let the task have processes of its own",
        problem="Task sees the host's processes",
        controls=("ECS.3",),
        steps=(
            "See what needs pidMode = host: usually an agent of monitoring or security, which its vendor documents.",
            "Run such an agent as a daemon service of its own, and exempt its task definition with that reason.",
            f"For all others remove pidMode, or set it to task where containers share a process space. {_NEW_REVISION}",
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="PrivilegedContainer",
        title="Run the container without the host's privileges",
        problem="Container has all of the host's privileges",
        controls=("ECS.4",),
        steps=(
            (
                "See what it does with them: run the task with privileged = false in a test cluster, and read"
                " its log for"
                ' "Operation not permitted".'
            ),
            "Give it exactly that: linuxParameters.capabilities.add, or devices; builds of images do without (kaniko).",
            f"Set privileged = false in each of the containerDefinitions. {_NEW_REVISION}",
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="HostNetwork",
        title="Give the task a network interface of its own",
        problem="Task uses the host's network",
        controls=("ECS.17",),
        steps=(
            "Choose a security group and subnets for the task: with awsvpc it no longer has those of the host.",
            (
                "Let who calls it call the task or its load balancer: a target group of type ip takes the place of"
                " instance."
            ),
            f"Set networkMode = awsvpc, and drop hostPort where it differs from containerPort. {_NEW_REVISION}",
            (
                "A service keeps the network configuration that it was made with: aws ecs create-service beside the old"
                " one with --network-configuration, move the traffic, delete the old one."
            ),
        ),
        why_no_fix="the task's address, security group and ports change, and with them whoever calls it",
    ),
    Guidance(
        id="SecretsInTask",
        title="Take the secrets out of the container's environment",
        problem="Secret in a task definition's environment",
        controls=("ECS.8",),
        steps=(
            "Take the secret as leaked: whoever may describe task definitions could read it, in every revision.",
            "aws secretsmanager create-secret, with a new value; change it where it opens something.",
            (
                "Let the task's execution role read it: secretsmanager:GetSecretValue on this ARN (kms:Decrypt for"
                " an own key)."
            ),
            (
                "Take the variable out of environment, and name it under secrets with valueFrom = the ARN; for access"
                f" keys give the task a taskRoleArn instead. {_NEW_REVISION}"
            ),
            _ROLL_OUT,
        ),
        why_no_fix="the bot moves no secrets, and a leaked one has to be replaced by those who know what it opens",
    ),
    Guidance(
        id="SilentTask",
        title="Send the containers' output to a log",
        problem="Task without logs",
        controls=("ECS.9",),
        steps=(
            "aws logs create-log-group --log-group-name /ecs/FAMILY, aws logs put-retention-policy.",
            "Let the task's execution role write: the managed policy AmazonECSTaskExecutionRolePolicy has it.",
            (
                "In each of the containerDefinitions: logConfiguration = {logDriver: awslogs, options: {awslogs-group,"
                f" awslogs-region, awslogs-stream-prefix}}. {_NEW_REVISION}"
            ),
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="PublicTaskSet",
        title="Replace the task set by one without public addresses",
        problem="Task set gives its tasks public addresses",
        controls=("ECS.16",),
        steps=(
            (
                "See that its subnets reach what the tasks need without one: a NAT gateway, or VPC endpoints for"
                " ECR, S3, logs."
            ),
            (
                "aws ecs create-task-set with the same task definition and load balancers, and --network-configuration"
                " awsvpcConfiguration={subnets=[…],securityGroups=[…],assignPublicIp=DISABLED}."
            ),
            "When it is stable: aws ecs update-service-primary-task-set, then aws ecs delete-task-set of the old one.",
            "Where CodeDeploy makes the task sets: change NetworkConfiguration in the AppSpec, and deploy.",
        ),
        why_no_fix="a task set's network is decided when it is made",
    ),
    Guidance(
        id="PlainFileSystemTraffic",
        title="Encrypt the task's traffic to its file system",
        problem="Task talks to EFS in plain text",
        controls=("ECS.18",),
        steps=(
            f"Set transitEncryption = ENABLED in each efsVolumeConfiguration under volumes. {_NEW_REVISION}",
            "Instances of your own need amazon-efs-utils; Fargate and the ECS-optimised images have it.",
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="RootInContainer",
        title="Let the containers run as a user of their own",
        problem="Container runs as root or administrator",
        controls=("ECS.20", "ECS.21"),
        steps=(
            "Make the user in the image (USER in its Dockerfile), and let the files that it writes belong to it.",
            "Ports below 1024 move up: map them at the load balancer.",
            f"Set user in each of the containerDefinitions (Linux 1000:1000, Windows ContainerUser). {_NEW_REVISION}",
            _ROLL_OUT,
        ),
        why_no_fix="a program that writes where only root may would crash",
    ),
    Guidance(
        id="OldFargatePlatform",
        title="Move the service to the latest Fargate platform",
        problem="Service stays on an old Fargate platform",
        controls=("ECS.10",),
        steps=(
            "Read what differs in AWS's list of platform versions: since 1.4.0 tasks have one network interface.",
            "aws ecs update-service --cluster CLUSTER --service SERVICE --platform-version LATEST",
            "Watch the new deployment: the tasks are replaced one by one.",
        ),
        why_no_fix="a service is pinned for a reason that only its owners know, and all of its tasks are replaced",
    ),
    Guidance(
        id="UnprotectedCapacity",
        title="Keep instances that run tasks from being scaled in",
        problem="Capacity provider may end instances that run tasks",
        controls=("ECS.19",),
        steps=(
            (
                "aws autoscaling update-auto-scaling-group --auto-scaling-group-name GROUP"
                " --new-instances-protected-from-scale-in"
            ),
            (
                "Protect those that run already: aws autoscaling set-instance-protection"
                " --auto-scaling-group-name GROUP --instance-ids I … --protected-from-scale-in."
            ),
            (
                "aws ecs update-capacity-provider --name PROVIDER --auto-scaling-group-provider managedScaling={status="
                "ENABLED,…},managedTerminationProtection=ENABLED"
            ),
        ),
        why_no_fix="it takes managed scaling, which then decides how many instances the group has",
    ),
)
