"""IAM users, roles and policies, the root user, and contacts of an account."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="RootAccessKey",
        title="Delete the access keys of the root user",
        problem="Root user has an access key",
        controls=("IAM.4",),
        steps=(
            "Find what uses the key: CloudTrail events of 90 days with userIdentity.type = Root and an accessKeyId.",
            "Give those programs an IAM role, and wait until the key is no longer used.",
            "Sign in as the root user, open Security credentials, and choose Deactivate; delete the key a week later.",
            (
                "A member account of an organization needs no root password: with centralized root access, run from"
                " the management account aws sts assume-root --target-principal ACCOUNT --task-policy-arn"
                " arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials, at a Regional endpoint."
            ),
            (
                "In that session: aws iam list-access-keys, aws iam update-access-key --access-key-id KEY --status"
                " Inactive, a week later aws iam delete-access-key --access-key-id KEY."
            ),
        ),
        why_no_fix=(
            "only the root user, or the management account on its behalf, can manage these keys; no role of the bot can"
        ),
    ),
    Guidance(
        id="RootMfa",
        title="Assign an MFA device to the root user",
        problem="Root user without (hardware) MFA",
        controls=("IAM.6", "IAM.9"),
        steps=(
            "Sign in as the root user, open Security credentials, and choose Assign MFA device.",
            "Register a FIDO2 security key (IAM.6 requires hardware; an authenticator app satisfies only IAM.9).",
            "Register a second key, and keep it in another place.",
            (
                "Better for member accounts of an organization, because nothing is left to protect: aws iam"
                " enable-organizations-root-credentials-management, then IAM, Root access management, Delete root"
                " user credentials. The management account keeps its root user, and needs the device."
            ),
        ),
        why_no_fix="a person has to hold the device",
    ),
    Guidance(
        id="AdministratorPolicy",
        title="Replace the policy that allows all actions on all resources",
        problem="Policy allows *:*",
        controls=("IAM.1",),
        steps=(
            "List the principals that have it: aws iam list-entities-for-policy --policy-arn POLICY.",
            "Find the actions that they use: IAM, Access Analyzer, Generate policy from CloudTrail events, 90 days.",
            "Keep one way to sign in that does not depend on the policy, such as a second role, and test it.",
            (
                "Attach the generated policy as well, then aws iam detach-role-policy --role-name ROLE --policy-arn"
                " POLICY (for users and groups likewise), one principal at a time; watch for AccessDenied in"
                " CloudTrail."
            ),
            "When no principal has it: aws iam delete-policy --policy-arn POLICY, after deleting its other versions.",
        ),
        why_no_fix=(
            "the policy does not show which permissions are needed, and removing it may lock everyone out of the"
            " account"
        ),
    ),
    Guidance(
        id="UserPolicies",
        title="Move the user's policies to a group",
        problem="User has policies attached directly",
        controls=("IAM.2",),
        steps=(
            "aws iam list-attached-user-policies --user-name USER; aws iam list-user-policies --user-name USER",
            "Create a group with the same policies, or use an existing one: aws iam attach-group-policy.",
            "aws iam add-user-to-group --user-name USER --group-name GROUP",
            (
                "Then detach them: aws iam detach-user-policy, aws iam delete-user-policy (save the policy document"
                " first)."
            ),
        ),
        why_no_fix="only people know which group the user belongs to, and the wrong one adds or removes permissions",
    ),
    Guidance(
        id="UserMfa",
        title="Have the user register an MFA device",
        problem="User without MFA",
        controls=("IAM.5", "IAM.19"),
        steps=(
            "Ask the user to sign in, open Security credentials, and choose Assign MFA device.",
            "If there is no answer: aws iam delete-login-profile --user-name USER ends console sign-in.",
            "Better than IAM users: sign-in through IAM Identity Center, with MFA there.",
        ),
        why_no_fix="the user has to hold the device",
    ),
    Guidance(
        id="SupportRole",
        title="Create a role for AWS Support",
        problem="No role can open AWS Support cases",
        controls=("IAM.18",),
        steps=(
            "Decide who works with AWS Support during an incident.",
            "aws iam create-role --role-name aws-support --assume-role-policy-document TRUST-OF-THOSE-PEOPLE",
            "aws iam attach-role-policy --role-name aws-support --policy-arn arn:aws:iam::aws:policy/AWSSupportAccess",
        ),
        why_no_fix="people decide who may assume the role; a role that trusts the whole account would be a new finding",
    ),
    Guidance(
        id="WildcardPolicy",
        title="Replace the wildcard with the actions that are needed",
        problem="Policy allows all actions of a service",
        controls=("IAM.21",),
        steps=(
            (
                "Find the actions that are used: aws accessanalyzer start-policy-generation for a role that has the"
                " policy, or IAM, Access Advisor, of 90 days."
            ),
            "aws iam create-policy-version --policy-arn POLICY --policy-document FILE, without --set-as-default yet.",
            "Validate it with aws accessanalyzer validate-policy, then aws iam set-default-policy-version.",
            "Watch for AccessDenied in CloudTrail for a week; one call restores the old version.",
        ),
        why_no_fix="the policy does not show which actions its principals need",
    ),
    Guidance(
        id="ExpiredCertificate",
        title="Delete the expired certificate",
        problem="Expired certificate in IAM",
        controls=("IAM.26",),
        steps=(
            "Check that nothing uses it: aws elbv2 describe-listeners, aws elb describe-load-balancers, CloudFront.",
            "Replace it with a certificate of AWS Certificate Manager, which renews automatically.",
            "aws iam delete-server-certificate --server-certificate-name NAME",
        ),
        why_no_fix="deletion cannot be undone, because IAM does not return the private key",
    ),
    Guidance(
        id="SecurityContact",
        title="Set the security contact of the account",
        problem="Account without a security contact",
        controls=("Account.1",),
        steps=(
            (
                "aws account put-alternate-contact --alternate-contact-type SECURITY --name NAME --title TITLE"
                " --email-address TEAM-ADDRESS --phone-number NUMBER"
            ),
            "For all accounts of an organization: the same with --account-id, from the management account.",
        ),
        why_no_fix="the bot does not know the name, address and number of your contact",
    ),
    Guidance(
        id="JoinOrganization",
        title="Add the account to the organization",
        problem="Account is not a member of an organization",
        controls=("Account.2",),
        steps=(
            (
                "The administrator of the organization: aws organizations invite-account-to-organization --target"
                " Id=ACCOUNT,Type=ACCOUNT"
            ),
            "In the account: aws organizations accept-handshake --handshake-id HANDSHAKE",
        ),
        why_no_fix="billing and policies then come from the organization, which is the account owner's decision",
    ),
    Guidance(
        id="DecryptEverything",
        title="List the KMS keys that the policy may decrypt with",
        problem="Policy allows decryption with every key",
        controls=("KMS.1", "KMS.2"),
        steps=(
            (
                "List the principals: aws iam list-entities-for-policy --policy-arn POLICY (KMS.1); KMS.2 is about"
                " an inline policy of the user, role or group that the finding names."
            ),
            (
                "Find the keys that they use: CloudTrail events Decrypt and ReEncrypt of the principal, of 90 days,"
                " resources.ARN."
            ),
            (
                "In the statement with kms:Decrypt, kms:ReEncryptFrom or kms:*, replace * with the ARNs of these"
                " keys. aws iam create-policy-version --policy-arn POLICY --policy-document file://policy.json"
                " --set-as-default; inline: aws iam put-role-policy"
            ),
            (
                "Watch for AccessDenied in CloudTrail; aws iam set-default-policy-version restores the old version"
                " immediately."
            ),
        ),
        why_no_fix="the keys that principals need are not known in advance: some data is read only once a year",
    ),
)
