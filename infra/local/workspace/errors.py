"""What can go wrong: SlackError is a refusal of the Web API, ScriptError one to a script or the page."""


class WorkspaceError(Exception):
    """Anything that the workspace refuses."""


class SlackError(WorkspaceError):
    """A refusal in Slack's words: `error` is its code, `messages` its details, `retry_after` seconds for a 429."""

    def __init__(self, error: str, messages: tuple[str, ...] = (), retry_after: int = 0) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.retry_after = retry_after


class ScriptError(WorkspaceError):
    """A refusal to a script or the page: a sentence and the HTTP status that goes with it."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
