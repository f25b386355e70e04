"""Components of a running workspace."""

from dataclasses import dataclass, field

from infra.local.workspace.bot_client import BotClient
from infra.local.workspace.clock import Clock
from infra.local.workspace.config import Hooks, WorkspaceConfig
from infra.local.workspace.interaction_tokens import InteractionTokens, Rates
from infra.local.workspace.model import Workspace
from infra.local.workspace.views import Views


@dataclass
class Slack:
    """State, clock and the bot's endpoint; `base` is the workspace's address, known once it listens."""

    config: WorkspaceConfig
    hooks: Hooks
    base: str = ""
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        """Create the components that depend on the configuration."""
        self.workspace = Workspace(self.config, self.clock)
        self.views = Views(self.config)
        self.tickets = InteractionTokens(self.config, self.clock)
        self.rates = Rates(self.clock, self.config.enforce_rates)
        self.bot = BotClient(self.config)
        self.lock = self.workspace.lock
