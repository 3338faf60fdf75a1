"""WeCom (企业微信), a corp's own app: ``WecomClient`` and what its calls give."""

from wxapi.wecom.archive import Agreement
from wxapi.wecom.client import BASE_URL, WecomClient
from wxapi.wecom.contact_ways import ContactWay, NewContactWay
from wxapi.wecom.corp_tags import CorpTag, TagGroup
from wxapi.wecom.customers import Customer, CustomerPage, Follow, Relation, RelationPage
from wxapi.wecom.departments import Department
from wxapi.wecom.group_chats import GroupChat, GroupChatPage, GroupMember, ListedGroupChat
from wxapi.wecom.join_ways import JoinWay, JoinWayPlan
from wxapi.wecom.js_sdk import JsTicket, sign_page
from wxapi.wecom.kf import KfAccount, KfCustomer, KfItem, KfPage, KfServicer
from wxapi.wecom.mass_messages import MassMember, MassResult, MassTask
from wxapi.wecom.media import UploadedMedia
from wxapi.wecom.members import Member
from wxapi.wecom.messages import AppMessageResult
from wxapi.wecom.moments import MomentComments, MomentJob, MomentMember, MomentReaction
from wxapi.wecom.oauth import AUTHORIZE_BASE, PageVisitor, authorize_url
from wxapi.wecom.tokens import fetch_token

__all__ = [
    "AUTHORIZE_BASE",
    "BASE_URL",
    "Agreement",
    "AppMessageResult",
    "ContactWay",
    "CorpTag",
    "Customer",
    "CustomerPage",
    "Department",
    "Follow",
    "GroupChat",
    "GroupChatPage",
    "GroupMember",
    "JoinWay",
    "JoinWayPlan",
    "JsTicket",
    "KfAccount",
    "KfCustomer",
    "KfItem",
    "KfPage",
    "KfServicer",
    "ListedGroupChat",
    "MassMember",
    "MassResult",
    "MassTask",
    "Member",
    "MomentComments",
    "MomentJob",
    "MomentMember",
    "MomentReaction",
    "NewContactWay",
    "PageVisitor",
    "Relation",
    "RelationPage",
    "TagGroup",
    "UploadedMedia",
    "WecomClient",
    "authorize_url",
    "fetch_token",
    "sign_page",
]
