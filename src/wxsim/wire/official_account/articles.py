"""Drafts, published articles, and the page of an article."""

from html import escape

from wxsim.wire.fields import Body
from wxsim.wire.http import Request, Response, Route, get, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world.articles import Article
from wxsim.world.world import World

PAGE = "/s/"
_FRAME = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<body style="max-width:640px;margin:0 auto;padding:24px 16px;font:17px/1.75 system-ui,sans-serif;color:#222">
<h1 style="font-size:22px;line-height:1.4">{title}</h1><p style="color:#888;font-size:15px">{author}</p>
<p>{digest}</p><p style="color:#888">演示文章，内容为虚构。</p></body></html>"""


def list_drafts(call: AccountCall) -> dict[str, object]:
    """``draft/batchget``: the newest first."""
    drafts = [each for each in call.account.articles.values() if not each.is_published]
    return _page(call, drafts, "media_id")


def count_drafts(call: AccountCall) -> dict[str, object]:
    """``draft/count``."""
    return {"total_count": sum(not each.is_published for each in call.account.articles.values())}


def list_published(call: AccountCall) -> dict[str, object]:
    """``freepublish/batchget``: the newest first."""
    call.require_verified()
    published = [each for each in call.account.articles.values() if each.is_published]
    return _page(call, published, "article_id")


def show(world: World, request: Request) -> Response:
    """The page of a published article; needs no token."""
    for account in world.accounts.values():
        for article in account.articles.values():
            if article.is_published and not article.deleted and article.url.endswith(request.path):
                named = {name: escape(getattr(article, name)) for name in ("title", "author", "digest")}
                return Response(_FRAME.format(**named).encode(), 200, "text/html; charset=utf-8")
    return Response(b"", 404, "text/plain")


def _page(call: AccountCall, articles: list[Article], id_name: str) -> dict[str, object]:
    body = call.body()
    offset, count = body.number("offset"), body.number("count")
    if offset < 0 or not 1 <= count <= call.world.limits.article_page:
        raise Refusal(40035)
    found = sorted(articles, key=lambda each: each.updated_at, reverse=True)
    items = [_item(article, id_name, body) for article in found[offset : offset + count]]
    return {"total_count": len(found), "item_count": len(items), "item": items}


def _item(article: Article, id_name: str, body: Body) -> dict[str, object]:
    known = {"media_id": article.draft_id, "article_id": article.article_id}[id_name]
    news: dict[str, object] = {
        "article_type": "news",
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content_source_url": "",
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
        "url": article.url,
        "thumb_url": "",
    }
    if not body.flag("no_content", False):
        news["content"] = f"<p>{escape(article.digest or article.title)}</p>"
    if id_name == "article_id":
        news["is_deleted"] = article.deleted
    content = {"news_item": [news], "create_time": article.published_at or article.updated_at}
    return {
        id_name: known,
        "content": {**content, "update_time": article.updated_at},
        "update_time": article.updated_at,
    }


ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/draft/batchget": post(list_drafts),
    "/cgi-bin/draft/count": get(count_drafts),
    "/cgi-bin/freepublish/batchget": post(list_published),
}
