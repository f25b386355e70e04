"""`/cspm audit`: the audit record as a file, by direct message to people who may decide on some route."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final

from bot.domain.errors import BadInput, Refusal
from bot.flows.interactions.posture import Asker
from bot.flows.messaging.files import direct, upload
from bot.flows.policy.deciders import all_deciders, rights_of
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
class AuditQuery:
    """The number of days and the account, '' for all."""

    days: int = DAYS
    account: str = ""


def parse(said: Sequence[str]) -> AuditQuery:
    """Parse the arguments of `/cspm audit`. Raises BadInput."""
    accounts = [word for word in said if re.fullmatch(r"[0-9]{12}", word)]
    days = [word for word in said if word not in accounts]
    if len(accounts) > 1 or len(days) > 1 or not all(re.fullmatch(r"[0-9]{1,3}", word) for word in days):
        raise BadInput(USAGE)
    asked = AuditQuery(int(days[0]) if days else DAYS, "".join(accounts))
    if not 1 <= asked.days <= MAX_DAYS:
        raise BadInput(f"{USAGE}; for more there is `cspm audit` with your own AWS credentials")
    return asked


def request_export(said: Sequence[str], asker: Asker, world: World) -> str:
    """Request the file and return the immediate answer. Raises BadInput, Refusal, PolicyUnreadable, RightsUnknown."""
    asked = parse(said)
    _require_decider(asker, world)
    send(SendAuditExport(user_id=asker.user, days=asked.days, account_id=asked.account), world.queues)
    return "Gathering the record: the file comes in a moment, in your direct conversation with me."


def _require_decider(asker: Asker, world: World) -> None:
    """Require a person who may decide on some route, because the record names people and their reasons."""
    policy = current(world)
    if not rights_of(asker.user, asker.team, policy, all_deciders(policy), world).channels:
        raise Refusal("The record as a file is for people who may approve or exempt somewhere: see /cspm whoami.")


def send_export(message: SendAuditExport, world: World) -> None:
    """Build the file and send it to the person. Raises Busy, SlackRefused, Unknown."""
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
