"""Amazon ECS, EKS and ECR: a new task definition or task set replaces the old one, because neither can be changed."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

_NEW_REVISION: Final = (
    "aws ecs describe-task-definition --task-definition FAMILY, change it, aws ecs register-task-definition."
)
_ROLL_OUT: Final = (
    "aws ecs update-service --cluster CLUSTER --service SERVICE --task-definition FAMILY:REVISION, one by one;"
    " scheduled tasks name theirs in EventBridge. Then aws ecs deregister-task-definition of the old revision."
)
_IMMUTABLE: Final = "a task definition cannot be changed, and a new revision has no effect until its services run it"

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="HostProcesses",
        title="Isolate the task's processes from the host",
        problem="Task shares the host's process namespace",
        controls=("ECS.3",),
        steps=(
            "Find what needs pidMode = host: usually a monitoring or security agent, whose vendor documents it.",
            "Run such an agent as a separate daemon service, and exempt its task definition with that reason.",
            (
                "For all others remove pidMode, or set it to task where containers share a process namespace."
                f" {_NEW_REVISION}"
            ),
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="PrivilegedContainer",
        title="Run the container without host privileges",
        problem="Container is privileged",
        controls=("ECS.4",),
        steps=(
            (
                "Find what it uses them for: run the task with privileged = false in a test cluster, and search its"
                ' log for "Operation not permitted".'
            ),
            (
                "Grant exactly that: linuxParameters.capabilities.add, or devices; image builds need no privileges"
                " (kaniko)."
            ),
            f"Set privileged = false in each of the containerDefinitions. {_NEW_REVISION}",
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="HostNetwork",
        title="Use the awsvpc network mode for the task",
        problem="Task uses the host's network",
        controls=("ECS.17",),
        steps=(
            "Choose a security group and subnets for the task: with awsvpc it no longer has those of the host.",
            (
                "Point callers at the task or its load balancer: a target group of type ip replaces the one of type"
                " instance."
            ),
            f"Set networkMode = awsvpc, and remove hostPort where it differs from containerPort. {_NEW_REVISION}",
            (
                "A service keeps the network configuration that it was created with: aws ecs create-service beside"
                " the old one with --network-configuration, move the traffic, delete the old one."
            ),
        ),
        why_no_fix="the task's address, security group and ports change, which affects its callers",
    ),
    Guidance(
        id="SecretsInTask",
        title="Move secrets out of the container's environment",
        problem="Secret in a task definition's environment",
        controls=("ECS.8",),
        steps=(
            "Treat the secret as leaked: everyone who may describe task definitions could read it, in every revision.",
            "aws secretsmanager create-secret, with a new value; change it in the system that it gives access to.",
            (
                "Allow the task's execution role to read it: secretsmanager:GetSecretValue on this ARN (kms:Decrypt"
                " for a customer managed key)."
            ),
            (
                "Remove the variable from environment, and add it to secrets with valueFrom = the ARN; instead of"
                f" access keys, give the task a taskRoleArn. {_NEW_REVISION}"
            ),
            _ROLL_OUT,
        ),
        why_no_fix=(
            "the bot moves no secrets, and a leaked one has to be replaced by people who know what it gives access to"
        ),
    ),
    Guidance(
        id="SilentTask",
        title="Send the containers' output to CloudWatch Logs",
        problem="Task without logs",
        controls=("ECS.9",),
        steps=(
            "aws logs create-log-group --log-group-name /ecs/FAMILY, aws logs put-retention-policy.",
            (
                "Allow the task's execution role to write: the managed policy AmazonECSTaskExecutionRolePolicy"
                " includes it."
            ),
            (
                "In each of the containerDefinitions: logConfiguration = {logDriver: awslogs, options:"
                f" {{awslogs-group, awslogs-region, awslogs-stream-prefix}}}}. {_NEW_REVISION}"
            ),
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="PublicTaskSet",
        title="Replace the task set with one without public addresses",
        problem="Task set assigns public addresses to its tasks",
        controls=("ECS.16",),
        steps=(
            (
                "Check that its subnets reach what the tasks need without public addresses: a NAT gateway, or VPC"
                " endpoints for ECR, S3, logs."
            ),
            (
                "aws ecs create-task-set with the same task definition and load balancers, and"
                " --network-configuration"
                " awsvpcConfiguration={subnets=[…],securityGroups=[…],assignPublicIp=DISABLED}."
            ),
            "When it is stable: aws ecs update-service-primary-task-set, then aws ecs delete-task-set of the old one.",
            "If CodeDeploy creates the task sets: change NetworkConfiguration in the AppSpec, and deploy.",
        ),
        why_no_fix="a task set's network is set at creation",
    ),
    Guidance(
        id="PlainFileSystemTraffic",
        title="Encrypt the task's traffic to its file system",
        problem="Task uses EFS without encryption in transit",
        controls=("ECS.18",),
        steps=(
            f"Set transitEncryption = ENABLED in each efsVolumeConfiguration under volumes. {_NEW_REVISION}",
            "EC2 instances need amazon-efs-utils; Fargate and the ECS-optimized images have it.",
            _ROLL_OUT,
        ),
        why_no_fix=_IMMUTABLE,
    ),
    Guidance(
        id="RootInContainer",
        title="Run the containers as a non-root user",
        problem="Container runs as root or administrator",
        controls=("ECS.20", "ECS.21"),
        steps=(
            "Create the user in the image (USER in its Dockerfile), and make it the owner of the files that it writes.",
            "Use ports of 1024 and above, and map them at the load balancer.",
            f"Set user in each of the containerDefinitions (Linux 1000:1000, Windows ContainerUser). {_NEW_REVISION}",
            _ROLL_OUT,
        ),
        why_no_fix="a program that writes where only root may would crash",
    ),
    Guidance(
        id="OldFargatePlatform",
        title="Move the service to the latest Fargate platform version",
        problem="Service uses an old Fargate platform version",
        controls=("ECS.10",),
        steps=(
            "Read the differences in AWS's list of platform versions: since 1.4.0 tasks have one network interface.",
            "aws ecs update-service --cluster CLUSTER --service SERVICE --platform-version LATEST",
            "Watch the new deployment: the tasks are replaced one by one.",
        ),
        why_no_fix="only its owners know why the service has a fixed version, and all of its tasks are replaced",
    ),
    Guidance(
        id="UnprotectedCapacity",
        title="Protect instances that run tasks from scale-in",
        problem="Capacity provider may terminate instances that run tasks",
        controls=("ECS.19",),
        steps=(
            (
                "aws autoscaling update-auto-scaling-group --auto-scaling-group-name GROUP"
                " --new-instances-protected-from-scale-in"
            ),
            (
                "Protect running instances: aws autoscaling set-instance-protection --auto-scaling-group-name GROUP"
                " --instance-ids I … --protected-from-scale-in."
            ),
            (
                "aws ecs update-capacity-provider --name PROVIDER --auto-scaling-group-provider"
                " managedScaling={status=ENABLED,…},managedTerminationProtection=ENABLED"
            ),
        ),
        why_no_fix="it requires managed scaling, which then decides how many instances the group has",
    ),
    Guidance(
        id="WritableContainer",
        title="Make the containers' root file system read-only",
        problem="Container can write to its root file system",
        controls=("ECS.5",),
        steps=(
            (
                "Find what it writes: run the task with readonlyRootFilesystem = true in a test cluster, and search"
                ' its log for "Read-only file system".'
            ),
            "Give each such path a volume: an empty one under volumes, with mountPoints (on Fargate that is enough).",
            (
                "aws ecs describe-task-definition --task-definition FAMILY, set readonlyRootFilesystem in each of"
                " its containerDefinitions, aws ecs register-task-definition."
            ),
            "aws ecs update-service --cluster CLUSTER --service SERVICE --task-definition FAMILY:REVISION, one by one.",
            "When no service and no scheduled task uses the old revision: aws ecs deregister-task-definition.",
        ),
        why_no_fix="a new revision has no effect until a service runs it, and a program that writes would then crash",
    ),
    Guidance(
        id="ImageLifecycle",
        title="Add a lifecycle policy to the repository",
        problem="Repository without a lifecycle policy",
        controls=("ECR.3",),
        steps=(
            (
                "Find images in use: an image that a task, a function or a cluster refers to has to stay, whatever"
                " its age."
            ),
            (
                "aws ecr start-lifecycle-policy-preview --repository-name NAME --lifecycle-policy-text"
                " file://policy.json, then aws ecr get-lifecycle-policy-preview --repository-name NAME"
            ),
            (
                "aws ecr put-lifecycle-policy --repository-name NAME --lifecycle-policy-text file://policy.json."
                " Deleting untagged images after 14 days is the mildest rule."
            ),
        ),
        why_no_fix=(
            "it deletes images permanently within a day, and the repository does not show which ones are still needed"
        ),
    ),
    Guidance(
        id="ClusterEndpoint",
        title="Disable the cluster's public endpoint",
        problem="Kubernetes API is open to the internet",
        controls=("EKS.1",),
        steps=(
            "aws eks update-cluster-config --name C --resources-vpc-config endpointPrivateAccess=true, and wait.",
            (
                "Restrict it meanwhile: aws eks update-cluster-config --name C --resources-vpc-config"
                " publicAccessCidrs=203.0.113.0/24,… (the office, the runners, and NAT gateways of nodes outside)."
            ),
            "Check that people and pipelines reach it from inside (VPN, runners in the VPC): kubectl get nodes.",
            "aws eks update-cluster-config --name C --resources-vpc-config endpointPublicAccess=false",
        ),
        why_no_fix="deployments from outside, and nodes without private access, would lose access to the cluster",
    ),
    Guidance(
        id="ClusterVersion",
        title="Upgrade the cluster",
        problem="Unsupported Kubernetes version",
        controls=("EKS.2",),
        steps=(
            "In EKS, Upgrade insights, check which APIs are in use that the next version lacks.",
            "One minor version at a time: aws eks update-cluster-version --name C --kubernetes-version NEXT",
            "Then add-ons (aws eks update-addon), then node groups (aws eks update-nodegroup-version).",
        ),
        why_no_fix="a control plane cannot be downgraded, and workloads that use removed APIs fail",
    ),
)
