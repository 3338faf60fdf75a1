"""WeChat official accounts (公众号, 服务号): ``OfficialAccountClient`` and what its calls give."""

from wxapi.official_account.articles import Article, ArticleMessage, ArticlePage
from wxapi.official_account.client import BASE_URL, OfficialAccountClient
from wxapi.official_account.maintenance import ApiQuota
from wxapi.official_account.mass_messages import MassJob
from wxapi.official_account.menus import LiveButton, LiveMenu
from wxapi.official_account.qrcodes import SHOW_URL, SceneQr, show_url
from wxapi.official_account.statistics import ArticleReads, PublishedArticle, ReadsOfDay
from wxapi.official_account.subscription_notices import NoticeTemplate
from wxapi.official_account.template_messages import MessageTemplate
from wxapi.official_account.tokens import fetch_stable_token, fetch_token
from wxapi.official_account.users import FollowerPage, FollowerProfile

__all__ = [
    "BASE_URL",
    "SHOW_URL",
    "ApiQuota",
    "Article",
    "ArticleMessage",
    "ArticlePage",
    "ArticleReads",
    "FollowerPage",
    "FollowerProfile",
    "LiveButton",
    "LiveMenu",
    "MassJob",
    "MessageTemplate",
    "NoticeTemplate",
    "OfficialAccountClient",
    "PublishedArticle",
    "ReadsOfDay",
    "SceneQr",
    "fetch_stable_token",
    "fetch_token",
    "show_url",
]
