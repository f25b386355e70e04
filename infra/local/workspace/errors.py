"""Errors: SlackError is a refusal of the Web API, ScriptError one of the script API or the page."""


class WorkspaceError(Exception): ...


class SlackError(WorkspaceError):
    """A refusal of the Web API: `error` is Slack's code, `messages` its details, `retry_after` seconds for a 429."""

    def __init__(self, error: str, messages: tuple[str, ...] = (), retry_after: int = 0) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.retry_after = retry_after


class ScriptError(WorkspaceError):
    """A refusal of the script API or the page: a sentence and the HTTP status."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
