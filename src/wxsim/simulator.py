"""The simulator as one object: world, platforms, callbacks, faults."""

from wxsim.clock import WorldClock
from wxsim.faults import Faults
from wxsim.limits import Limits, Switches
from wxsim.load import Load
from wxsim.quota import Quotas
from wxsim.story.company import build_company
from wxsim.story.player import Story
from wxsim.wire.authorize import HOST as AUTHORIZE_HOST
from wxsim.wire.authorize import AuthorizePages
from wxsim.wire.deliveries import Deliveries
from wxsim.wire.envelopes import verification
from wxsim.wire.gateway import Gateway, Platform
from wxsim.wire.js_sdk import SCRIPTS, ScriptHost
from wxsim.wire.notifier import Notifier
from wxsim.wire.official_account.platform import HOST as ACCOUNT_HOST
from wxsim.wire.official_account.platform import PAGES_HOST, AccountPlatform
from wxsim.wire.wecom.platform import HOST as WECOM_HOST
from wxsim.wire.wecom.platform import WecomPlatform
from wxsim.world.corps import Corp, WecomApp
from wxsim.world.demo import build_demo
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.settings import CallbackSettings
from wxsim.world.world import World


class VerificationFailed(Exception):
    """The callback URL did not answer its check as it must (40057 in the admin console)."""


class Simulator:
    """Everything of one simulated WeChat."""

    def __init__(
        self,
        seed: str = "1",
        *,
        clock: WorldClock | None = None,
        limits: Limits | None = None,
        switches: Switches | None = None,
        demo: bool = True,
        company: str = "",
        history_ends_at: float | None = None,
        base_url: str = "http://127.0.0.1:8711",
    ) -> None:
        """``company`` names the story whose fans, customers and group chats are added to the demo.

        With ``history_ends_at`` (Unix seconds) it waits to be played, and the clock must stand where it begins
        (``wxsim.story.company.story_begin``).
        """
        self.world = World(seed, clock=clock, limits=limits, switches=switches, base_url=base_url)
        self.faults = Faults(seed)
        self.quotas = Quotas()
        self.deliveries = Deliveries(self.world, self.faults)
        self.wecom = WecomPlatform(self.world, self.quotas)
        self.official_accounts = AccountPlatform(self.world, self.quotas)
        platforms: dict[str, Platform] = {
            WECOM_HOST: self.wecom,
            ACCOUNT_HOST: self.official_accounts,
            PAGES_HOST: self.official_accounts,
            AUTHORIZE_HOST: AuthorizePages(self.world),
            **dict.fromkeys(SCRIPTS, ScriptHost()),
        }
        self.gateway = Gateway(self.world, self.faults, platforms)
        self.world.notices = Notifier(self.world, self.deliveries)
        self.load = Load(self.world, self.deliveries)
        self.story = Story(self.world)
        if demo:
            build_demo(self.world)
        if company:
            build_company(self.world, history_ends_at, company)

    async def set_app_callback(self, corp: Corp, app: WecomApp, settings: CallbackSettings, *, verify: bool) -> None:
        """Save an app's callback settings after the URL check."""
        if verify:
            await self._verify(corp.corpid, settings, sealed=True)
        app.callback = settings
        self.world.changes.touch()

    async def set_account_callback(self, account: OfficialAccount, settings: CallbackSettings, *, verify: bool) -> None:
        """Save an official account's callback settings after the URL check."""
        if verify:
            await self._verify(account.appid, settings, sealed=False)
        account.callback = settings
        self.world.changes.touch()

    async def close(self) -> None:
        """Stop what is under way."""
        self.world.changes.close()
        await self.load.stop()
        await self.deliveries.close()

    async def _verify(self, receiver: str, settings: CallbackSettings, *, sealed: bool) -> None:
        query, echo = verification(self.world, receiver, settings, sealed=sealed)
        status, answer = await self.deliveries.verify(settings.url, query)
        if status != 200 or answer != echo.encode():
            raise VerificationFailed(f"status {status}, answer {answer[:80]!r}")
