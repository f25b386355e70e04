"""What is out of date, empty or idle: somebody has to decide what it is for."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="OldInstanceType",
        title="Move the instance to a present-day type",
        problem="Paravirtual instance type",
        controls=("EC2.24",),
        steps=(
            (
                "A paravirtual image does not start on a present-day type: move the files to an image of hardware"
                " virtualisation."
            ),
            (
                "aws ec2 run-instances with an HVM image and a current type, beside the old one; move data,"
                " addresses and targets."
            ),
            "aws ec2 stop-instances --instance-ids OLD; terminate it when nobody misses it.",
        ),
        why_no_fix="the image has to be another one, so it is another machine",
    ),
    Guidance(
        id="OldGlue",
        title="Let the job run on a supported Glue version",
        problem="Glue job on an old version",
        controls=("Glue.4",),
        steps=(
            "aws glue get-job --job-name JOB, and keep what it says: the update forgets what it is not told.",
            (
                "Read AWS's guide to the migration of Spark and Python for the version; run a copy of the job on"
                " test data."
            ),
            "aws glue update-job --job-name JOB --job-update with all that it said and GlueVersion 4.0 or later.",
        ),
        why_no_fix="the script runs on another Spark and Python then, which its authors must test",
    ),
    Guidance(
        id="OldRuntime",
        title="Move the function to a supported runtime",
        problem="Function on an old runtime",
        controls=("Lambda.2",),
        steps=(
            "Test the code on the new runtime: its standard library, its SDK and native parts differ.",
            "Publish what there is, to go back to: aws lambda publish-version --function-name FUNCTION",
            (
                "aws lambda update-function-configuration --function-name FUNCTION --runtime python3.13 with code"
                " that was built for it; layers too."
            ),
            (
                "Watch Errors; an alias moves callers a few percent at a time. A runtime that is retired cannot be"
                " chosen again."
            ),
        ),
        why_no_fix=(
            "code that does not fit the runtime fails at the first call, and a retired runtime has no way back"
        ),
    ),
    Guidance(
        id="OldNotebook",
        title="Move the notebook to a supported platform",
        problem="Notebook on an old platform",
        controls=("SageMaker.8",),
        steps=(
            (
                "Keep what is outside /home/ec2-user/SageMaker, which alone stays: packages, cron entries, the"
                " lifecycle scripts."
            ),
            (
                "aws sagemaker stop-notebook-instance --notebook-instance-name NAME; its platform is decided when it"
                " is made."
            ),
            (
                "aws sagemaker create-notebook-instance --notebook-instance-name NEW --platform-identifier"
                " notebook-al2023-v1 with the same role, subnet and type; copy the files."
            ),
            "aws sagemaker delete-notebook-instance --notebook-instance-name NAME",
        ),
        why_no_fix="the platform does not change in place, and people's environments have to be made anew",
    ),
    Guidance(
        id="SearchUpdate",
        title="Install the domain's update",
        problem="Search domain misses an update",
        controls=("Opensearch.10",),
        steps=(
            (
                "aws opensearch describe-domain --domain-name NAME: ServiceSoftwareOptions says what waits, and"
                " until when AWS lets it."
            ),
            "A snapshot of your own first; not while the cluster is yellow or red.",
            "aws opensearch start-service-software-update --domain-name NAME --schedule-at OFF_PEAK_WINDOW",
            (
                "Let AWS do the next ones: aws opensearch update-domain-config --domain-name NAME"
                " --software-update-options AutoSoftwareUpdateEnabled=true"
            ),
        ),
        why_no_fix="an update cannot be taken back, and copies the domain for hours",
    ),
    Guidance(
        id="FailedRotation",
        title="Find out why the secret does not rotate",
        problem="Rotation of the secret fails",
        controls=("SecretsManager.2",),
        steps=(
            (
                "aws secretsmanager describe-secret --secret-id SECRET: which version has AWSPENDING, and when it"
                " was rotated last."
            ),
            "The rotation function's log, by its four steps: createSecret, setSecret, testSecret, finishSecret.",
            (
                "The usual causes: the function cannot reach the database (its security groups) or Secrets Manager"
                " (endpoint, NAT), may not use the key, or the password was changed by hand."
            ),
            "When it is mended: aws secretsmanager rotate-secret --secret-id SECRET",
        ),
        why_no_fix="the cause is in a program, a network or a database, and rotating again repeats it",
    ),
    Guidance(
        id="ModelWithAWayOut",
        title="Make the model anew, isolated",
        problem="Model may reach the network",
        controls=("SageMaker.5",),
        steps=(
            (
                "Isolated, its containers reach neither the internet nor S3: artefacts come by ModelDataUrl, data by"
                " the request."
            ),
            (
                "aws sagemaker create-model --model-name NEW --enable-network-isolation, with all that aws sagemaker"
                " describe-model --model-name OLD says."
            ),
            (
                "Let endpoint and jobs use it: aws sagemaker create-endpoint-config, aws sagemaker update-endpoint"
                " --endpoint-name NAME --endpoint-config-name NEW"
            ),
            "aws sagemaker delete-model --model-name OLD",
        ),
        why_no_fix=(
            "SageMaker decides this when a model is made, and a container that loads something at its start fails then"
        ),
    ),
    Guidance(
        id="FirewallRules",
        title="Give the firewall something to do",
        problem="Firewall policy without rules, or that lets pass",
        controls=("NetworkFirewall.3", "NetworkFirewall.4", "NetworkFirewall.5", "NetworkFirewall.6"),
        steps=(
            (
                "aws network-firewall describe-firewall-policy --firewall-policy-arn POLICY, and keep it, with its"
                " UpdateToken."
            ),
            (
                "NetworkFirewall.3: a rule group first, in alert mode: AWS's managed ones, or aws network-firewall"
                " create-rule-group --rule-group-name NAME --type STATEFUL --capacity 100"
            ),
            (
                "NetworkFirewall.4, NetworkFirewall.5: StatelessDefaultActions and StatelessFragmentDefaultActions"
                " aws:forward_to_sfe (or aws:drop); stateful rules must then pass what is wanted, both ways."
            ),
            "NetworkFirewall.6: give the empty group rules, or delete it.",
            (
                "aws network-firewall update-firewall-policy --firewall-policy-arn POLICY --update-token TOKEN"
                " --firewall-policy file://policy.json; watch the flow log."
            ),
        ),
        why_no_fix=(
            "what goes through it today would be cut without a word, and which traffic is wanted is not written"
            " anywhere"
        ),
    ),
    Guidance(
        id="EmptyWafRules",
        title="Give the web ACL rules, or delete it",
        problem="Web ACL, group or rule without content",
        controls=("WAF.2", "WAF.3", "WAF.4", "WAF.6", "WAF.7", "WAF.8", "WAF.10"),
        steps=(
            (
                "What does it stand before? aws wafv2 list-resources-for-web-acl --web-acl-arn ACL (WAF Classic: aws"
                " waf-regional list-resources-for-web-acl --web-acl-id ID). Nothing: delete it."
            ),
            (
                "WAF.10: AWS's managed groups in count mode first: AWSManagedRulesCommonRuleSet,"
                " AWSManagedRulesAmazonIpReputationList. aws wafv2 update-web-acl with Rules, LockToken, and all else"
                " as it was."
            ),
            "Read in the sampled requests whom they would have blocked, then block.",
            (
                "WAF Classic (all but WAF.10) ends: move it with aws waf-regional create-web-acl-migration-stack"
                " rather than fill it."
            ),
        ),
        why_no_fix="a rule blocks people; which ones must not be blocked its owners see in count mode",
    ),
    Guidance(
        id="ImageLifecycle",
        title="Let the repository forget old images",
        problem="Repository keeps every image",
        controls=("ECR.3",),
        steps=(
            "See what runs: an image that a task, a function or a cluster names must stay, whatever its age.",
            (
                "aws ecr start-lifecycle-policy-preview --repository-name NAME --lifecycle-policy-text"
                " file://policy.json, then aws ecr get-lifecycle-policy-preview --repository-name NAME"
            ),
            (
                "aws ecr put-lifecycle-policy --repository-name NAME --lifecycle-policy-text file://policy.json."
                " Untagged images after 14 days is the mildest rule."
            ),
        ),
        why_no_fix=(
            "it deletes images for good within a day, and what still needs one cannot be seen from the repository"
        ),
    ),
)
