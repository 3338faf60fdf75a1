"""The client of one official account."""

from wxapi.caller import Caller
from wxapi.errcodes import load_table
from wxapi.official_account.articles import Articles
from wxapi.official_account.maintenance import Maintenance
from wxapi.official_account.mass_messages import MassMessages
from wxapi.official_account.menus import Menus
from wxapi.official_account.messages import ServiceMessages
from wxapi.official_account.qrcodes import SceneQrs
from wxapi.official_account.statistics import Statistics
from wxapi.official_account.subscription_notices import SubscriptionNotices
from wxapi.official_account.tags import Tags
from wxapi.official_account.template_messages import TemplateMessages
from wxapi.official_account.users import Users
from wxapi.tokens import TokenSource
from wxapi.transport import Transport

BASE_URL = "https://api.weixin.qq.com"


class OfficialAccountClient:
    """One attribute per noun of the documentation. Every call raises the errors of ``wxapi.errors``."""

    def __init__(self, transport: Transport, tokens: TokenSource, base_url: str = BASE_URL) -> None:
        caller = Caller(transport, base_url, tokens, load_table("official_account"))
        self.maintenance = Maintenance(caller)
        self.users = Users(caller)
        self.tags = Tags(caller)
        self.scene_qrs = SceneQrs(caller)
        self.articles = Articles(caller)
        self.statistics = Statistics(caller)
        self.menus = Menus(caller)
        self.mass_messages = MassMessages(caller)
        self.service_messages = ServiceMessages(caller)
        self.template_messages = TemplateMessages(caller)
        self.subscription_notices = SubscriptionNotices(caller)

    def __repr__(self) -> str:
        return "OfficialAccountClient(…)"
