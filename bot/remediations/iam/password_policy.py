"""The account's password policy: stricter where a control asks for it, and otherwise as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, none_if, pluralize

_POLICY: Final = "password policy"
_NONE: Final = "NoSuchEntity"
_AGE: Final = "MaxPasswordAge"
_REUSE: Final = "PasswordReusePrevention"
_LENGTH: Final = "MinimumPasswordLength"
_CLASSES: Final = (
    "RequireLowercaseCharacters",
    "RequireNumbers",
    "RequireSymbols",
    "RequireUppercaseCharacters",
)
_KEPT: Final = (*_CLASSES, _LENGTH, _AGE, _REUSE, "AllowUsersToChangePassword", "HardExpiry")
_IAMS_OWN: Final[Mapping[str, Any]] = {_LENGTH: 8}
"""What a policy that we make says where no control has a say: as long as IAM asks for without any policy."""

_PCI: Final[Mapping[str, Any]] = {
    "RequireLowercaseCharacters": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    _LENGTH: 7,
    _REUSE: 4,
    _AGE: 90,
}
_WANTED: Final[Mapping[str, Mapping[str, Any]]] = {
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
    """Ask for what the open controls ask for: never less than now, and no field that they do not name.

    UpdateAccountPasswordPolicy replaces the whole and resets what it is not given, so all fields are sent again. The
    fields are one setting and one call, because IAM's reads lag behind its writes: of several calls in a row, a
    later one could write back what an earlier one had not yet shown. Passwords that exist stay valid until they are
    changed, but those that are older than the new age have to be changed at the next sign-in.
    """

    title = "Strengthen the password policy"
    problem = "Weak password policy"
    controls = ("IAM.7", *_WANTED)
    config_rules = ("IAM_PASSWORD_POLICY",)
    resource_type = "AWS::::Account"
    effects = (Effect.CUTS_ACCESS,)
    reads = ("iam:GetAccountPasswordPolicy", "iam:GetAccountSummary")
    writes = ("iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy")
    params: ClassVar[Mapping[str, Param]] = {
        _LENGTH: Param(8, "IAM.7: characters that a password has at least"),
        _REUSE: Param(0, "IAM.7: former passwords that may not be used again; 0 leaves it"),
        _AGE: Param(0, "IAM.7: days after which a password has to be changed; 0 leaves it"),
        **{name: Param(default=True, about=f"IAM.7: {name}") for name in _CLASSES},
    }

    def read(self, target: Target, aws: Account) -> Settings:
        """The fields that the open controls name; ABSENT where the account has no policy of its own."""
        policy = _policy(aws)
        if policy is None:
            return {_POLICY: ABSENT}
        return {_POLICY: {name: _value(policy, name) for name in _named(target.controls)}}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The stricter of what is and what is asked for, field by field."""
        now = {} if settings[_POLICY] is ABSENT else settings[_POLICY]
        right = {name: now.get(name, _IAMS_OWN.get(name)) for name in _named(target.controls)}
        for wanted in _asked(target.controls, params):
            right.update({name: _STRICTER[name](right[name], value) for name, value in wanted.items()})
        return {**settings, _POLICY: right}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Merge the named fields into the policy; what only we have made is deleted again."""
        iam = aws.client("iam")
        now = _policy(aws)
        kept = {name: _value(now, name) for name in _KEPT} if now else dict(_IAMS_OWN)
        if value is not ABSENT:
            iam.update_account_password_policy(**_given({**kept, **value}))
        elif now is not None:
            _take_back(iam, kept, _named(target.controls))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """These actions take no resource (Service Authorization Reference, AWS IAM)."""
        return ("*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whom it is about."""
        yield evidence_of("Whom is it about?", lambda: _users(aws))
        yield evidence_of("May users change their own password?", lambda: _may_change(_policy(aws)))
        yield evidence_of("What becomes of a password that is too old?", lambda: _expired(_policy(aws)))


def _stricter_number(now: Any, wanted: int) -> Any:
    return max(int(now or 0), int(wanted)) or None


def _stricter_age(now: Any, wanted: int) -> Any:
    return min(int(now or wanted), int(wanted)) or None


def _stricter_flag(now: Any, wanted: bool) -> Any:  # noqa: FBT001 - one of three of one shape
    return bool(now) or bool(wanted)


_STRICTER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    **dict.fromkeys(_CLASSES, _stricter_flag),
    _LENGTH: _stricter_number,
    _REUSE: _stricter_number,
    _AGE: _stricter_age,
}


def _policy(aws: Account) -> Mapping[str, Any] | None:
    answer = none_if(lambda: aws.client("iam").get_account_password_policy(), _NONE)
    return answer["PasswordPolicy"] if answer else None


def _value(policy: Mapping[str, Any], name: str) -> Any:
    """A field; IAM leaves an age and a reuse that are not asked for out, or says 0."""
    return bool(policy.get(name)) if name in (*_CLASSES, "HardExpiry") else policy.get(name) or None


def _named(controls: Iterable[str]) -> list[str]:
    asked = [_WANTED[control] for control in controls if control in _WANTED]
    more = [*_CLASSES, _LENGTH, _REUSE, _AGE] if "IAM.7" in controls else []
    return sorted({name for wanted in asked for name in wanted} | set(more))


def _asked(controls: Iterable[str], params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    asked = [_WANTED[control] for control in sorted(controls) if control in _WANTED]
    if "IAM.7" in controls:
        always = {name: params[name] for name in (*_CLASSES, _LENGTH)}
        asked.append({**always, **{name: params[name] for name in (_REUSE, _AGE) if params[name]}})
    return asked


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The call's arguments: it takes no None, and a field that is left out goes back to IAM's default."""
    return {name: value for name, value in fields.items() if value is not None}


def _take_back(iam: Any, kept: Mapping[str, Any], named: Iterable[str]) -> None:
    """Delete the policy that we made; where somebody has set other fields of it since, those stay."""
    ours = set(named) | set(_IAMS_OWN)
    theirs = {name: value for name, value in kept.items() if name not in ours}
    if any(theirs.values()):
        iam.update_account_password_policy(**_given({**theirs, **_IAMS_OWN}))
    else:
        iam.delete_account_password_policy()


def _users(aws: Account) -> str:
    return pluralize(int(aws.client("iam").get_account_summary()["SummaryMap"]["Users"]), "IAM user")


def _may_change(policy: Mapping[str, Any] | None) -> str:
    return "yes" if policy and policy.get("AllowUsersToChangePassword") else "not by this policy"


def _expired(policy: Mapping[str, Any] | None) -> str:
    if policy and policy.get("HardExpiry"):
        return "an administrator has to reset it (HardExpiry is on, and stays so)"
    return "it has to be changed at the next sign-in"
