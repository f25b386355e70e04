"""`/cspm audit`: the record as a file, in the direct conversation of somebody who may decide somewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final

from bot.domain.errors import BadInput, Refusal
from bot.domain.rights import may_decide
from bot.flows.interactions.posture import Asker
from bot.flows.messaging.files import direct, upload
from bot.flows.policy import identity
from bot.flows.policy.load import current
from bot.messages import SendAuditExport, send
from bot.store import audit_text
from bot.world import World

DAYS: Final = 7
MAX_DAYS: Final = 31
MAX_ROWS: Final = 20_000
USAGE: Final = (
    f"say /cspm audit, and if you like a number of days (1 to {MAX_DAYS}) and an account: /cspm audit 7 111122223333"
)


@dataclass(frozen=True)
class Asked:
    """How many days back, of which account ('' for all)."""

    days: int = DAYS
    account: str = ""


def parse(said: Sequence[str]) -> Asked:
    """The question in the words after `/cspm audit`. Raises BadInput."""
    accounts = [word for word in said if re.fullmatch(r"[0-9]{12}", word)]
    days = [word for word in said if word not in accounts]
    if len(accounts) > 1 or len(days) > 1 or not all(re.fullmatch(r"[0-9]{1,3}", word) for word in days):
        raise BadInput(USAGE)
    asked = Asked(int(days[0]) if days else DAYS, "".join(accounts))
    if not 1 <= asked.days <= MAX_DAYS:
        raise BadInput(f"{USAGE}; for more there is `cspm audit` with your own AWS credentials")
    return asked


def ask(said: Sequence[str], asker: Asker, world: World) -> str:
    """Have the file gathered; what is said at once. Raises BadInput, Refusal, PolicyUnreadable, RightsUnknown."""
    asked = parse(said)
    _require_decider(asker, world)
    send(SendAuditExport(user_id=asker.user, days=asked.days, account_id=asked.account), world.queues)
    return "Gathering the record: the file comes in a moment, in your direct conversation with me."


def _require_decider(asker: Asker, world: World) -> None:
    """The record names people and their reasons: it is for those who may decide on some route."""
    policy = current(world)
    person = identity.person(asker.user, asker.team, world)
    deciders = [one for route in policy.routes for one in (route.approvers, route.exempters)]
    members = identity.groups(sorted({group for one in deciders for group in one.groups}), world)
    if not any(may_decide(person, one, members, policy).allowed for one in deciders):
        raise Refusal("The record as a file is for people who may approve or exempt somewhere: see /cspm whoami.")


def send_export(message: SendAuditExport, world: World) -> None:
    """Gather the file and share it with whoever asked. Raises Busy, SlackRefused, Unknown."""
    days, account = message.days, message.account_id
    end = world.clock.now()
    start = end - timedelta(days=days)
    entries = audit_text.between(world.table, start, end + timedelta(seconds=1), account)
    kept = list(islice(entries, MAX_ROWS + 1))
    where = f" of account {account}" if account else ""
    said = f"The record{where} of the last {'day' if days == 1 else f'{days} days'}: {len(kept[:MAX_ROWS])} entries."
    if len(kept) > MAX_ROWS:
        said = f"The oldest {MAX_ROWS} entries{where}; there are more: ask for fewer days, or use `cspm audit`."
    name = "-".join(filter(None, ("cspm-audit", account, f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"))) + ".csv"
    content = audit_text.table_of(kept[:MAX_ROWS]).encode()
    upload(content, name, name, world, channel_id=direct(message.user_id, world), initial_comment=said)
