"""Unsupported or outdated versions of runtimes and platforms."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="OldGlue",
        title="Move the job to a supported Glue version",
        problem="Glue job uses an old version",
        controls=("Glue.4",),
        steps=(
            "aws glue get-job --job-name JOB, and save the output: the update resets fields that it does not contain.",
            "Read AWS's migration guide for Spark and Python of that version; run a copy of the job on test data.",
            "aws glue update-job --job-name JOB --job-update with all saved fields and GlueVersion 4.0 or later.",
        ),
        why_no_fix="the script then runs on other versions of Spark and Python, and its authors have to test it",
    ),
    Guidance(
        id="OldRuntime",
        title="Move the function to a supported runtime",
        problem="Function uses an old runtime",
        controls=("Lambda.2",),
        steps=(
            "Test the code on the new runtime: its standard library, its SDK and native libraries differ.",
            "Publish the current version, for a rollback: aws lambda publish-version --function-name FUNCTION",
            (
                "aws lambda update-function-configuration --function-name FUNCTION --runtime python3.13 with code"
                " that was built for it; layers too."
            ),
            (
                "Watch Errors; an alias moves a few percent of the callers at a time. A deprecated runtime cannot be"
                " selected again."
            ),
        ),
        why_no_fix="incompatible code fails at the first call, and there is no way back to a deprecated runtime",
    ),
    Guidance(
        id="OldNotebook",
        title="Move the notebook to a supported platform",
        problem="Notebook uses an old platform",
        controls=("SageMaker.8",),
        steps=(
            (
                "Save everything outside /home/ec2-user/SageMaker, which is the only directory that stays: packages,"
                " cron entries, the lifecycle scripts."
            ),
            "aws sagemaker stop-notebook-instance --notebook-instance-name NAME; its platform is set at creation.",
            (
                "aws sagemaker create-notebook-instance --notebook-instance-name NEW --platform-identifier"
                " notebook-al2023-v1 with the same role, subnet and type; copy the files."
            ),
            "aws sagemaker delete-notebook-instance --notebook-instance-name NAME",
        ),
        why_no_fix="the platform cannot be changed in place, and users have to set up their environments again",
    ),
    Guidance(
        id="SearchUpdate",
        title="Install the domain's software update",
        problem="Search domain lacks a software update",
        controls=("Opensearch.10",),
        steps=(
            (
                "aws opensearch describe-domain --domain-name NAME: ServiceSoftwareOptions shows the pending update,"
                " and its deadline."
            ),
            "Take a manual snapshot first; do not update while the cluster is yellow or red.",
            "aws opensearch start-service-software-update --domain-name NAME --schedule-at OFF_PEAK_WINDOW",
            (
                "Let AWS install future ones: aws opensearch update-domain-config --domain-name NAME"
                " --software-update-options AutoSoftwareUpdateEnabled=true"
            ),
        ),
        why_no_fix="an update cannot be undone, and copies the domain for hours",
    ),
    Guidance(
        id="BeanstalkUpdates",
        title="Turn on managed platform updates",
        problem="Beanstalk platform is not updated automatically",
        controls=("ElasticBeanstalk.2",),
        steps=(
            (
                "Enhanced health reporting and a service role are required: aws elasticbeanstalk"
                " describe-configuration-settings."
            ),
            (
                "aws elasticbeanstalk update-environment --environment-name E --option-settings"
                " Namespace=aws:elasticbeanstalk:managedactions,OptionName=ManagedActionsEnabled,Value=true"
                " Namespace=aws:elasticbeanstalk:managedactions,OptionName=PreferredStartTime,Value=Sun:03:00"
                " Namespace=aws:elasticbeanstalk:managedactions:platformupdate,OptionName=UpdateLevel,Value=minor"
            ),
            "Try one update in a test environment first: instances are replaced.",
        ),
        why_no_fix=(
            "Beanstalk applies an update with its caller's permissions for EC2, CloudFormation and S3, which the bot"
            " lacks"
        ),
    ),
)
