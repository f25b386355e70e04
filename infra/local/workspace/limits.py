"""Slack's limits in one table, each with its source page.

Pages are under docs.slack.dev/reference/ unless noted. The rules for whole payloads (duplicates, sums over blocks) are
in `checks.py`, which walks a payload and applies this table.
"""

from dataclasses import dataclass

BLOCKS = "block-kit/blocks"
ELEMENTS = "block-kit/block-elements"
OBJECTS = "block-kit/composition-objects"
VIEWS = "views"

PLAIN = ("plain_text",)
EITHER = ("plain_text", "mrkdwn")


@dataclass(frozen=True)
class Limit:
    """One rule: the range of characters or items, or the allowed values, of `field` (dotted) in nodes of kind `where`.

    A value that is neither text nor list is compared itself. `required` fields must exist; the other rules apply to
    existing fields.
    """

    where: str
    field: str
    source: str
    most: int | None = None
    least: int | None = None
    one_of: tuple[str, ...] = ()
    required: bool = False


def _text(where: str, field: str, most: int, source: str, kinds: tuple[str, ...] = PLAIN) -> tuple[Limit, ...]:
    return (
        Limit(where, f"{field}.text", source, most=most, least=1, required=True),
        Limit(where, f"{field}.type", source, one_of=kinds, required=True),
    )


def _list(where: str, field: str, least: int, most: int, source: str, *, required: bool = True) -> Limit:
    return Limit(where, field, source, most=most, least=least, required=required)


LIMITS: tuple[Limit, ...] = (
    # whole payloads
    Limit("message", "blocks", BLOCKS, most=50),
    Limit("message", "attachments", "messaging/formatting: no more than 100 attachments", most=100),
    Limit("attachment", "blocks", BLOCKS, most=50),
    Limit("view", "blocks", BLOCKS, most=100, required=True),
    Limit("view", "private_metadata", VIEWS, most=3000),
    Limit("view", "callback_id", VIEWS, most=255),
    Limit("view", "external_id", VIEWS, most=255),
    *_text("modal", "title", 24, VIEWS),
    *_text("modal with submit", "submit", 24, VIEWS),
    *_text("modal with close", "close", 24, VIEWS),
    Limit("modal with input", "submit", VIEWS, required=True),
    # every block, every element
    Limit("block", "block_id", BLOCKS, most=255),
    Limit("element", "action_id", ELEMENTS, most=255),
    *_text("with placeholder", "placeholder", 150, ELEMENTS),
    *_text("with confirm", "confirm.title", 100, f"{OBJECTS}/confirmation-dialog-object"),
    *_text("with confirm", "confirm.text", 300, f"{OBJECTS}/confirmation-dialog-object", EITHER),
    *_text("with confirm", "confirm.confirm", 30, f"{OBJECTS}/confirmation-dialog-object"),
    *_text("with confirm", "confirm.deny", 30, f"{OBJECTS}/confirmation-dialog-object"),
    # blocks
    *_text("header", "text", 150, f"{BLOCKS}/header-block"),
    *_text("section with text", "text", 3000, f"{BLOCKS}/section-block", EITHER),
    _list("section with fields", "fields", 1, 10, f"{BLOCKS}/section-block"),
    Limit("section without fields", "text", f"{BLOCKS}/section-block", required=True),
    Limit("section field", "text", f"{BLOCKS}/section-block", most=2000, least=1, required=True),
    Limit("section field", "type", f"{BLOCKS}/section-block", one_of=EITHER, required=True),
    _list("context", "elements", 1, 10, f"{BLOCKS}/context-block"),
    Limit("context text", "text", f"{OBJECTS}/text-object", most=3000, least=1, required=True),
    _list("actions", "elements", 1, 25, f"{BLOCKS}/actions-block"),
    *_text("input", "label", 2000, f"{BLOCKS}/input-block"),
    *_text("input with hint", "hint", 2000, f"{BLOCKS}/input-block"),
    Limit("input", "element", f"{BLOCKS}/input-block", required=True),
    Limit("image with url", "image_url", f"{BLOCKS}/image-block", most=3000, least=1),
    Limit("image without file", "image_url", f"{BLOCKS}/image-block", least=1, required=True),
    Limit("image", "alt_text", f"{BLOCKS}/image-block", most=2000, required=True),
    *_text("image with title", "title", 2000, f"{BLOCKS}/image-block"),
    Limit("markdown", "text", f"{BLOCKS}/markdown-block", most=12_000, least=1, required=True),
    _list("rich_text", "elements", 1, 1000, f"{BLOCKS}/rich-text-block"),
    _list("table", "rows", 1, 100, f"{BLOCKS}/table-block"),
    _list("table row", "cells", 1, 20, f"{BLOCKS}/table-block"),
    _list("data_table", "rows", 2, 101, f"{BLOCKS}/data-table-block"),
    Limit("data_table", "caption", f"{BLOCKS}/data-table-block", least=1, required=True),
    Limit("data_table", "page_size", f"{BLOCKS}/data-table-block", most=100, least=1),
    _list("data_table row", "cells", 1, 20, f"{BLOCKS}/data-table-block"),
    Limit("data_visualization", "title", f"{BLOCKS}/data-visualization-block", most=50, required=True),
    Limit("data_visualization", "chart", f"{BLOCKS}/data-visualization-block", required=True),
    _list("pie chart", "segments", 1, 12, f"{BLOCKS}/data-visualization-block"),
    _list("chart with series", "series", 1, 12, f"{BLOCKS}/data-visualization-block"),
    _list("chart series", "data", 1, 20, f"{BLOCKS}/data-visualization-block"),
    Limit("chart series", "name", f"{BLOCKS}/data-visualization-block", most=20, least=1, required=True),
    Limit("chart point", "label", f"{BLOCKS}/data-visualization-block", most=20, least=1, required=True),
    Limit("chart point", "value", f"{BLOCKS}/data-visualization-block", required=True),
    _list("container", "child_blocks", 1, 10, f"{BLOCKS}/container-block"),
    *_text("container with title", "title", 150, f"{BLOCKS}/container-block"),
    *_text("container with subtitle", "subtitle", 150, f"{BLOCKS}/container-block", EITHER),
    *_text("card with title", "title", 150, f"{BLOCKS}/card-block", EITHER),
    *_text("card with subtitle", "subtitle", 150, f"{BLOCKS}/card-block", EITHER),
    *_text("card with body", "body", 200, f"{BLOCKS}/card-block", EITHER),
    _list("carousel", "elements", 1, 10, f"{BLOCKS}/carousel-block"),
    *_text("alert", "text", 3000, f"{BLOCKS}/alert-block", EITHER),
    # elements
    *_text("button", "text", 75, f"{ELEMENTS}/button-element"),
    Limit("button", "value", f"{ELEMENTS}/button-element", most=2000),
    Limit("button", "url", f"{ELEMENTS}/button-element", most=3000),
    Limit("button", "accessibility_label", f"{ELEMENTS}/button-element", most=75),
    Limit("button", "style", f"{ELEMENTS}/button-element", one_of=("primary", "danger")),
    _list("select with options", "options", 1, 100, f"{ELEMENTS}/select-menu-element"),
    _list("select with groups", "option_groups", 1, 100, f"{ELEMENTS}/select-menu-element"),
    _list("option group", "options", 1, 100, f"{OBJECTS}/option-group-object"),
    *_text("option group", "label", 75, f"{OBJECTS}/option-group-object"),
    Limit("multi select", "max_selected_items", f"{ELEMENTS}/multi-select-menu-element", least=1),
    _list("checkboxes", "options", 1, 10, f"{ELEMENTS}/checkboxes-element"),
    _list("radio_buttons", "options", 1, 10, f"{ELEMENTS}/radio-button-group-element"),
    _list("overflow", "options", 2, 5, f"{ELEMENTS}/overflow-menu-element"),
    *_text("option of a menu", "text", 75, f"{OBJECTS}/option-object"),
    *_text("option of a group of boxes", "text", 75, f"{OBJECTS}/option-object", EITHER),
    Limit("option", "value", f"{OBJECTS}/option-object", most=150, required=True),
    Limit("option with description", "description.text", f"{OBJECTS}/option-object", most=75, least=1, required=True),
    Limit("option", "url", f"{OBJECTS}/option-object", most=3000),
    Limit("plain_text_input", "max_length", f"{ELEMENTS}/plain-text-input-element", most=3000, least=1),
    Limit("plain_text_input", "min_length", f"{ELEMENTS}/plain-text-input-element", most=3000, least=0),
    Limit("number_input", "is_decimal_allowed", f"{ELEMENTS}/number-input-element", required=True),
)

# Sums and counts over a whole payload.
MARKDOWN_CHARACTERS = 12_000  # all markdown blocks of a payload: block-kit/blocks/markdown-block
TABLE_CHARACTERS = 10_000  # all cells of all tables of a message: block-kit/blocks/table-block
CHARTS_PER_MESSAGE = 2  # block-kit/blocks/data-visualization-block
# Slack publishes no figure; public repositories report msg_blocks_too_long near 13.2 kB and success below 12 kB.
BLOCKS_BYTES = 12_000
TEXT_CHARACTERS = 40_000  # methods/chat.postMessage: longer text is truncated
VIEW_BYTES = 250_000  # methods/views.open: view_too_large
VIEW_STACK = 3  # methods/views.push: push_limit_reached
RESPONSE_URL_USES = 5  # docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_SECONDS = 30 * 60  # the same page

# Fields that Slack knows; anything else is refused ("invalid additional property").
_ANY_ELEMENT = ("type", "action_id", "confirm", "focus_on_load", "placeholder")
_MULTI = (*_ANY_ELEMENT, "max_selected_items")
FIELDS: dict[str, tuple[str, ...]] = {
    "header": ("type", "text", "block_id", "level"),
    "section": ("type", "text", "block_id", "fields", "accessory", "expand"),
    "context": ("type", "elements", "block_id"),
    "actions": ("type", "elements", "block_id"),
    "divider": ("type", "block_id"),
    "input": ("type", "label", "element", "dispatch_action", "block_id", "hint", "optional"),
    "markdown": ("type", "text", "block_id"),
    "button": ("type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"),
    "static_select": (*_ANY_ELEMENT, "options", "option_groups", "initial_option"),
    "multi_static_select": (*_MULTI, "options", "option_groups", "initial_options"),
    "users_select": (*_ANY_ELEMENT, "initial_user"),
    "multi_users_select": (*_MULTI, "initial_users"),
    "datepicker": (*_ANY_ELEMENT, "initial_date"),
    "timepicker": (*_ANY_ELEMENT, "initial_time", "timezone"),
    "checkboxes": ("type", "action_id", "options", "initial_options", "confirm", "focus_on_load"),
    "radio_buttons": ("type", "action_id", "options", "initial_option", "confirm", "focus_on_load"),
    "overflow": ("type", "action_id", "options", "confirm"),
    "plain_text_input": (
        *("type", "action_id", "initial_value", "multiline", "min_length", "max_length"),
        *("dispatch_action_config", "focus_on_load", "placeholder"),
    ),
    "plain_text": ("type", "text", "emoji"),
    "mrkdwn": ("type", "text", "verbatim"),
    "option": ("text", "value", "description", "url"),
    "confirm": ("title", "text", "confirm", "deny", "style"),
    "modal": (
        *("type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close"),
        *("notify_on_close", "external_id", "submit_disabled"),
    ),
    "home": ("type", "blocks", "private_metadata", "callback_id", "external_id"),
}

# Fields that are lists, with what is in them, and fields that are objects: whatever they stand in.
LIST_FIELDS: dict[str, type] = {
    **dict.fromkeys(("blocks", "attachments", "elements", "fields", "options", "option_groups", "child_blocks"), dict),
    **dict.fromkeys(("segments", "series", "data", "initial_options"), dict),
    "rows": list,
}
OBJECT_FIELDS: tuple[str, ...] = ("accessory", "element", "chart", "initial_option")

BLOCK_TYPES: tuple[str, ...] = (
    *("actions", "alert", "card", "carousel", "container", "context", "context_actions", "data_table"),
    *("data_visualization", "divider", "file", "header", "image", "input", "markdown", "plan", "rich_text"),
    *("section", "table", "task_card", "video"),
)
ACTION_ELEMENTS: tuple[str, ...] = (
    *("button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons", "timepicker"),
    *("static_select", "external_select", "users_select", "conversations_select", "channels_select"),
    *("multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select"),
    *("multi_channels_select", "workflow_button", "rich_text_input"),
)
INPUT_ELEMENTS: tuple[str, ...] = (
    *("plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input"),
    *(kind for kind in ACTION_ELEMENTS if kind not in ("button", "overflow", "workflow_button")),
)

# Calls a minute. The published tiers are floors ("20+ per minute"); holding a bot to the floor is the safe reading.
TIER_1, TIER_2, TIER_3, TIER_4, SPECIAL = 1, 20, 50, 100, 600
CALLS_PER_MINUTE: dict[str, int] = {
    "apps.connections.open": TIER_1,
    "auth.test": SPECIAL,
    "chat.getPermalink": SPECIAL,
    "chat.postMessage": 300,  # "several hundred messages per minute" in a workspace
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "reactions.add": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
}
POSTS_PER_SECOND = 1.0  # chat.postMessage in one channel
POSTS_BURST = 5  # "short bursts of >1 allowed": no figure is published


@dataclass(frozen=True)
class Bucket:
    """Remaining rate allowance: `tokens` at the moment `at` (seconds)."""

    tokens: float
    at: float


def spend(bucket: Bucket | None, now: float, size: float, per_second: float) -> tuple[Bucket, float]:
    """Take a token from a bucket of `size` that refills at `per_second`; returns it and the seconds to wait."""
    before = bucket or Bucket(size, now)
    tokens = min(size, before.tokens + (now - before.at) * per_second)
    if tokens >= 1:
        return Bucket(tokens - 1, now), 0.0
    return Bucket(tokens, now), (1 - tokens) / per_second
