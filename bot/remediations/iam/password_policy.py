"""Strengthen an account's IAM password policy as its controls require."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, none_if, pluralize

_POLICY: Final = "password policy"
_NO_POLICY: Final = "NoSuchEntity"
_AGE: Final = "MaxPasswordAge"
_REUSE: Final = "PasswordReusePrevention"
_LENGTH: Final = "MinimumPasswordLength"
_CHARACTER_CLASSES: Final = (
    "RequireLowercaseCharacters",
    "RequireNumbers",
    "RequireSymbols",
    "RequireUppercaseCharacters",
)
_FIELDS: Final = (*_CHARACTER_CLASSES, _LENGTH, _AGE, _REUSE, "AllowUsersToChangePassword", "HardExpiry")
_IAM_DEFAULT: Final[Mapping[str, Any]] = {_LENGTH: 8}
"""Fields of a policy that the bot makes, where no control names them: IAM's minimum without a policy."""

_PCI: Final[Mapping[str, Any]] = {
    "RequireLowercaseCharacters": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    _LENGTH: 7,
    _REUSE: 4,
    _AGE: 90,
}
_REQUIRED: Final[Mapping[str, Mapping[str, Any]]] = {
    "IAM.10": _PCI,
    "IAM.11": {"RequireUppercaseCharacters": True},
    "IAM.12": {"RequireLowercaseCharacters": True},
    "IAM.13": {"RequireSymbols": True},
    "IAM.14": {"RequireNumbers": True},
    "IAM.15": {_LENGTH: 14},
    "IAM.16": {_REUSE: 24},
    "IAM.17": {_AGE: 90},
}
"""https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html; IAM.7 has parameters."""


class StrengthenPasswordPolicy(Remediation):
    """Set the fields that the open controls require; none becomes weaker, and no other field changes.

    UpdateAccountPasswordPolicy replaces the whole policy and resets fields that are left out, so all fields are sent.
    They are one setting and one call, because IAM's reads lag behind its writes: of several calls in a row, a later one
    could write back a value that an earlier one had changed. Existing passwords stay valid until they are changed, but
    those older than the new maximum age have to be changed at the next sign-in.
    """

    title = "Strengthen the password policy"
    problem = "Weak password policy"
    controls = ("IAM.7", *_REQUIRED)
    config_rules = ("IAM_PASSWORD_POLICY",)
    resource_type = "AWS::::Account"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("iam:GetAccountPasswordPolicy", "iam:GetAccountSummary")
    writes = ("iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy")
    params: ClassVar[Mapping[str, Param]] = {
        _LENGTH: Param(8, "IAM.7: characters that a password has at least"),
        _REUSE: Param(0, "IAM.7: former passwords that may not be used again; 0 leaves it"),
        _AGE: Param(0, "IAM.7: days after which a password has to be changed; 0 leaves it"),
        **{name: Param(default=True, about=f"IAM.7: {name}") for name in _CHARACTER_CLASSES},
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the fields that the open controls name; ABSENT where the account has no policy."""
        policy = _policy(aws)
        if policy is None:
            return {_POLICY: ABSENT}
        return {_POLICY: {name: _value(policy, name) for name in _field_names(target.controls)}}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Take the stricter of the current and the required value, field by field."""
        now = {} if settings[_POLICY] is ABSENT else settings[_POLICY]
        right = {name: now.get(name, _IAM_DEFAULT.get(name)) for name in _field_names(target.controls)}
        for fields in _required(target.controls, params):
            right.update({name: _STRICTER[name](right[name], value) for name, value in fields.items()})
        return {**settings, _POLICY: right}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Merge the fields into the policy; Undo deletes a policy that only the bot made."""
        iam = aws.client("iam")
        now = _policy(aws)
        kept = {name: _value(now, name) for name in _FIELDS} if now else dict(_IAM_DEFAULT)
        if value is not ABSENT:
            iam.update_account_password_policy(**_without_none({**kept, **value}))
        elif now is not None:
            _remove(iam, kept, _field_names(target.controls))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return '*', because these actions take no resource (Service Authorization Reference, AWS IAM)."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Whom is it about?", lambda: _users(aws))
        yield evidence_of("May users change their own password?", lambda: _may_change(_policy(aws)))
        yield evidence_of("What becomes of a password that is too old?", lambda: _expiry(_policy(aws)))


def _stricter_number(now: Any, wanted: int) -> Any:
    return max(int(now or 0), int(wanted)) or None


def _stricter_age(now: Any, wanted: int) -> Any:
    return min(int(now or wanted), int(wanted)) or None


def _stricter_flag(now: Any, wanted: bool) -> Any:  # noqa: FBT001 - all three functions have one signature
    return bool(now) or bool(wanted)


_STRICTER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    **dict.fromkeys(_CHARACTER_CLASSES, _stricter_flag),
    _LENGTH: _stricter_number,
    _REUSE: _stricter_number,
    _AGE: _stricter_age,
}


def _policy(aws: Account) -> Mapping[str, Any] | None:
    answer = none_if(lambda: aws.client("iam").get_account_password_policy(), _NO_POLICY)
    return answer["PasswordPolicy"] if answer else None


def _value(policy: Mapping[str, Any], name: str) -> Any:
    """Return a field; IAM omits an age and a reuse that are not set, or returns 0."""
    return bool(policy.get(name)) if name in (*_CHARACTER_CLASSES, "HardExpiry") else policy.get(name) or None


def _field_names(controls: Iterable[str]) -> list[str]:
    required = [_REQUIRED[control] for control in controls if control in _REQUIRED]
    more = [*_CHARACTER_CLASSES, _LENGTH, _REUSE, _AGE] if "IAM.7" in controls else []
    return sorted({name for fields in required for name in fields} | set(more))


def _required(controls: Iterable[str], params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    required = [_REQUIRED[control] for control in sorted(controls) if control in _REQUIRED]
    if "IAM.7" in controls:
        flags = {name: params[name] for name in (*_CHARACTER_CLASSES, _LENGTH)}
        required.append({**flags, **{name: params[name] for name in (_REUSE, _AGE) if params[name]}})
    return required


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the call's arguments: it takes no None, and a field that is left out gets IAM's default."""
    return {name: value for name, value in fields.items() if value is not None}


def _remove(iam: Any, kept: Mapping[str, Any], named: Iterable[str]) -> None:
    """Delete the policy that the bot made; fields that were set since then stay."""
    own = set(named) | set(_IAM_DEFAULT)
    others = {name: value for name, value in kept.items() if name not in own}
    if any(others.values()):
        iam.update_account_password_policy(**_without_none({**others, **_IAM_DEFAULT}))
    else:
        iam.delete_account_password_policy()


def _users(aws: Account) -> str:
    return pluralize(int(aws.client("iam").get_account_summary()["SummaryMap"]["Users"]), "IAM user")


def _may_change(policy: Mapping[str, Any] | None) -> str:
    return "yes" if policy and policy.get("AllowUsersToChangePassword") else "not by this policy"


def _expiry(policy: Mapping[str, Any] | None) -> str:
    if policy and policy.get("HardExpiry"):
        return "an administrator has to reset it (HardExpiry is on, and stays so)"
    return "it has to be changed at the next sign-in"
