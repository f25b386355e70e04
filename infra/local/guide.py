"""Guide for newcomers, shown beside the page: the first five minutes, step by step, in Slack's mrkdwn."""

from __future__ import annotations

from typing import Final

Step = dict[str, str]

GUIDE: Final[list[Step]] = [
    {
        "title": "Read a card",
        "text": "Two AWS accounts with ordinary mistakes run on this machine, and Security Hub has told the bot. "
        "<#C0SECPROD> is production, <#C0SECURITY> the rest. A card says what is wrong, what depends on it, and "
        "exactly which settings would change.",
    },
    {
        "title": "Approve it",
        "text": "Take *Public database* in <#C0SECPROD>. The bot changes what the card shows and nothing else; "
        "then the same card says *settings read back* and *Security Hub: PASSED*. *Resources* on this side "
        "shows the setting change.",
    },
    {
        "title": "Undo it",
        "text": "*Undo…* on the same card shows what it would put back, and asks.",
    },
    {
        "title": "Deny another one",
        "text": "*Deny…* asks for a reason. Nothing is changed, and the bot does not ask again for a while.",
    },
    {
        "title": "Go behind its back",
        "text": "Under *Resources* open `dev-everything`, press *Open tcp 22 to the world*, and at once approve "
        "*Port open to the world* in <#C0SECURITY>. What was approved is not what would happen now: "
        "nothing is touched, the card says what differs, and *Ask again* starts anew.",
    },
    {
        "title": "Be somebody else",
        "text": "At the top left, act as Lee (no rights here) or as the guest, and press Approve.",
    },
    {
        "title": "Talk to it",
        "text": "`/cspm score`, `/cspm findings` and `/cspm help` in any channel; *cspm-bot · Home* at the left.",
    },
]
