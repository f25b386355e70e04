"""Identities without a safe fix: exact steps for a person, and why the bot does not take them."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="UserPolicies",
        title="Move the user's policies to a group",
        problem="User has policies of its own",
        controls=("IAM.2",),
        steps=(
            "aws iam list-attached-user-policies --user-name USER; aws iam list-user-policies --user-name USER",
            "Make a group with the same policies, or take one that fits: aws iam attach-group-policy.",
            "aws iam add-user-to-group --user-name USER --group-name GROUP",
            "Then detach them: aws iam detach-user-policy, aws iam delete-user-policy (keep its text first).",
        ),
        why_no_fix="which group a person belongs to is known to people, and a wrong one gives rights or takes them",
    ),
    Guidance(
        id="UserMfa",
        title="Have the user register an MFA device",
        problem="User without MFA",
        controls=("IAM.5", "IAM.19"),
        steps=(
            "Ask the user to sign in, open Security credentials, choose Assign MFA device.",
            "If nobody answers: aws iam delete-login-profile --user-name USER ends sign-in to the console.",
            "Better than users: sign-in through IAM Identity Center, with MFA there.",
        ),
        why_no_fix="a device has to be held in the user's hand",
    ),
    Guidance(
        id="SupportRole",
        title="Make a role for AWS Support",
        problem="Nobody may talk to AWS Support",
        controls=("IAM.18",),
        steps=(
            "Decide who works with AWS Support in an incident.",
            "aws iam create-role --role-name aws-support --assume-role-policy-document TRUST-OF-THOSE-PEOPLE",
            "aws iam attach-role-policy --role-name aws-support --policy-arn arn:aws:iam::aws:policy/AWSSupportAccess",
        ),
        why_no_fix="who may assume the role is a decision; a role that trusts the whole account would be a new finding",
    ),
    Guidance(
        id="WildcardPolicy",
        title="Name the actions that the policy is for",
        problem="Policy allows all of a service",
        controls=("IAM.21",),
        steps=(
            "aws accessanalyzer start-policy-generation for a role that has it, or IAM, Access Advisor, of 90 days.",
            "aws iam create-policy-version --policy-arn POLICY --policy-document FILE, not yet --set-as-default.",
            "Check it with aws accessanalyzer validate-policy, then aws iam set-default-policy-version.",
            "Watch for AccessDenied in CloudTrail for a week; the old version is one call away.",
        ),
        why_no_fix="which actions its holders need cannot be known from the policy",
    ),
    Guidance(
        id="ExpiredCertificate",
        title="Delete the expired certificate",
        problem="Expired certificate in IAM",
        controls=("IAM.26",),
        steps=(
            "See that nothing uses it: aws elbv2 describe-listeners, aws elb describe-load-balancers, CloudFront.",
            "Put a certificate of AWS Certificate Manager in its place, which renews itself.",
            "aws iam delete-server-certificate --server-certificate-name NAME",
        ),
        why_no_fix="deleting it cannot be undone: IAM does not give the private key back",
    ),
    Guidance(
        id="SecurityContact",
        title="Say whom AWS shall call about security",
        problem="Account without a security contact",
        controls=("Account.1",),
        steps=(
            (
                "aws account put-alternate-contact --alternate-contact-type SECURITY --name NAME --title TITLE "
                "--email-address TEAM-ADDRESS --phone-number NUMBER"
            ),
            "For all accounts of an organisation: the same with --account-id, from the management account.",
        ),
        why_no_fix="name, address and number are people's: the bot knows none",
    ),
    Guidance(
        id="JoinOrganization",
        title="Bring the account into the organisation",
        problem="Account outside an organisation",
        controls=("Account.2",),
        steps=(
            "Its administrator: aws organizations invite-account-to-organization --target Id=ACCOUNT,Type=ACCOUNT",
            "In the account: aws organizations accept-handshake --handshake-id HANDSHAKE",
        ),
        why_no_fix="its bills and its policies come from the organisation from then on: an owner's decision",
    ),
)
