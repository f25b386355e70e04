"""What can go wrong in the workspace.

    WorkspaceError
    ├── SlackError     an answer `{"ok": false, …}` of the Web API
    └── ScriptError    a request of a script or of the page that cannot be carried out
"""


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
