"""Secrets and credentials that have to be rotated, or removed from configurations."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="OverdueSecret",
        title="Rotate the secret",
        problem="Secret was not rotated in time",
        controls=("SecretsManager.4",),
        steps=(
            "Find its readers: CloudTrail events GetSecretValue with its ARN, of 90 days.",
            "Check that they read it again after a failed login, or at intervals, and do not cache it permanently.",
            (
                "With a rotation function: aws secretsmanager rotate-secret --secret-id SECRET, and watch"
                " VersionIdsToStages until AWSCURRENT has moved."
            ),
            (
                "Without: change the password in the system that it gives access to, then aws secretsmanager"
                " put-secret-value; or attach a rotation function from AWS's templates."
            ),
            "AWSPREVIOUS keeps the old value, which may no longer work.",
        ),
        why_no_fix="a rotation cannot be undone, and cuts off readers that keep the old value",
    ),
    Guidance(
        id="FailedRotation",
        title="Find out why the rotation fails",
        problem="Rotation of the secret fails",
        controls=("SecretsManager.2",),
        steps=(
            (
                "aws secretsmanager describe-secret --secret-id SECRET: the version with AWSPENDING, and the date of"
                " the last rotation."
            ),
            "Read the rotation function's log, by its four steps: createSecret, setSecret, testSecret, finishSecret.",
            (
                "Common causes: the function cannot reach the database (its security groups) or Secrets Manager"
                " (endpoint, NAT), may not use the key, or the password was changed manually."
            ),
            "When it is fixed: aws secretsmanager rotate-secret --secret-id SECRET",
        ),
        why_no_fix="the cause is in a program, a network or a database, and another rotation repeats the failure",
    ),
    Guidance(
        id="CredentialsInSourceUrl",
        title="Remove the credentials from the repository's URL",
        problem="Build project has credentials in its source URL",
        controls=("CodeBuild.1",),
        steps=(
            (
                "Treat the credentials as leaked: everyone who can read the project could read them. Revoke them at"
                " Bitbucket."
            ),
            (
                "Connect CodeBuild to Bitbucket: aws codeconnections create-connection --provider-type Bitbucket"
                " --connection-name NAME, and complete the handshake in the console."
            ),
            (
                "aws codebuild update-project --name PROJECT --source with type = BITBUCKET, the URL without user"
                " and password, and auth = {type: CODECONNECTIONS, resource: CONNECTION}."
            ),
            "Allow the project's role to use it: codeconnections:GetConnectionToken, codeconnections:UseConnection.",
            "Start a build.",
        ),
        why_no_fix="without credentials the next build fails, and a person has to sign in to connect Bitbucket",
    ),
    Guidance(
        id="CredentialsInBuildEnvironment",
        title="Remove the access keys from the build's environment",
        problem="Build project has access keys in plaintext",
        controls=("CodeBuild.2",),
        steps=(
            "Treat the key as leaked: everyone who can read the project, or its build logs, could read it.",
            (
                "Find out what it is used for: aws iam get-access-key-last-used --access-key-id KEY, and CloudTrail"
                " by access key id."
            ),
            (
                "Give these permissions to the project's service role instead; the build gets its credentials"
                " automatically."
            ),
            (
                "If it has to be a key (of another account, say): aws secretsmanager create-secret, and in the"
                " project an environment variable of type SECRETS_MANAGER."
            ),
            "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the project, and start a build.",
            "aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive; delete it a week later.",
        ),
        why_no_fix=(
            "the build fails without the key until its role has the same permissions, which its owners have to review"
        ),
    ),
)
