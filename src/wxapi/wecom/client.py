"""The client of one app of one corp."""

from wxapi.caller import Caller
from wxapi.errcodes import load_table
from wxapi.tokens import TokenSource
from wxapi.transport import Transport
from wxapi.wecom.archive import MessageArchive
from wxapi.wecom.contact_ways import ContactWays
from wxapi.wecom.corp_tags import CorpTags
from wxapi.wecom.customers import Customers
from wxapi.wecom.departments import Departments
from wxapi.wecom.group_chats import GroupChats
from wxapi.wecom.join_ways import JoinWays
from wxapi.wecom.js_sdk import JsTickets
from wxapi.wecom.kf import Kf
from wxapi.wecom.mass_messages import MassMessages
from wxapi.wecom.media import MediaFiles
from wxapi.wecom.members import Members
from wxapi.wecom.messages import AppMessages
from wxapi.wecom.moments import Moments
from wxapi.wecom.network import Network
from wxapi.wecom.oauth import Oauth
from wxapi.wecom.welcome import WelcomeMessages

BASE_URL = "https://qyapi.weixin.qq.com"


class WecomClient:
    """One attribute per noun of the documentation. Every call raises the errors of ``wxapi.errors``."""

    def __init__(
        self, transport: Transport, tokens: TokenSource, base_url: str = BASE_URL, agent_id: int | None = None
    ) -> None:
        self.agent_id = agent_id
        """Of the app, where messages are sent in its name."""
        caller = Caller(transport, base_url, tokens, load_table("wecom"))
        self.network = Network(caller)
        self.departments = Departments(caller)
        self.members = Members(caller)
        self.customers = Customers(caller)
        self.contact_ways = ContactWays(caller)
        self.group_chats = GroupChats(caller)
        self.join_ways = JoinWays(caller)
        self.kf = Kf(caller)
        self.archive = MessageArchive(caller)
        self.corp_tags = CorpTags(caller)
        self.welcome_messages = WelcomeMessages(caller)
        self.mass_messages = MassMessages(caller)
        self.moments = Moments(caller)
        self.messages = AppMessages(caller)
        self.media = MediaFiles(caller)
        self.oauth = Oauth(caller)
        self.js_tickets = JsTickets(caller)

    def __repr__(self) -> str:
        return "WecomClient(…)"
