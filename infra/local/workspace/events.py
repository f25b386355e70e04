"""Events to the bot, with Slack's retries (docs.slack.dev/apis/events-api): at once, after 1 and after 5 minutes."""

import threading

from infra.local.workspace import payloads
from infra.local.workspace.bot_client import TIMEOUT, Answer
from infra.local.workspace.components import Slack
from infra.local.workspace.config import JSON
from infra.local.workspace.user_actions import Outcome


def open_home(slack: Slack, user: str) -> Outcome:
    """Open the app's Home tab as a person."""
    with slack.lock:
        envelope = payloads.event(slack, payloads.home_opened(slack, user))
    answer = deliver(slack, envelope)
    return Outcome(answer.ack_ms, answer.error)


def deliver(slack: Slack, envelope: JSON) -> Answer:
    """Send an event; if it fails, retries follow in the background."""
    answer = slack.bot.event(envelope)
    if answer.error:
        _retry(slack, envelope, 1, answer.error)
    return answer


def _retry(slack: Slack, envelope: JSON, number: int, reason: str) -> None:
    if number > len(slack.config.event_retries):
        return
    timer = threading.Timer(slack.config.event_retries[number - 1], _again, (slack, envelope, number, reason))
    timer.daemon = True
    timer.start()


def _again(slack: Slack, envelope: JSON, number: int, reason: str) -> None:
    word = "http_timeout" if reason == TIMEOUT else "http_error"
    answer = slack.bot.event(envelope, {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": word})
    if answer.error:
        _retry(slack, envelope, number + 1, answer.error)


def verify_url(slack: Slack) -> bool:
    """Send the endpoint a url_verification challenge, as Slack does when its address is entered."""
    body = payloads.challenge()
    answer = slack.bot.event(body)
    return not answer.error and body["challenge"] in answer.body
