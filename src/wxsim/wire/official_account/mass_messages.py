"""Mass messages (群发): to all, to a tag, to a list; preview, status, deletion."""

from wxsim.quota import MINUTE
from wxsim.wire.fields import Body, too_long
from wxsim.wire.http import Route, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world.account_mass import Bubble, MassJob, find_job, has_quota, start_job
from wxsim.world.articles import Article, publish
from wxsim.world.following import account_chat
from wxsim.world.official_accounts import Follower

PATH = "/cgi-bin/message/mass/"
PREVIEWS_PER_DAY = 100
SUBMITTED = {"errcode": 0, "errmsg": "send job submission success"}


def send_to_tag(call: AccountCall) -> dict[str, object]:
    """``mass/sendall``."""
    body = _begin(call)
    target = body.body("filter")
    to_all, tag = target.flag("is_to_all", False), target.number("tag_id")
    if not to_all and tag not in call.account.tags:
        raise Refusal(40152)
    chosen = [each for each in _followers(call) if to_all or tag in each.tag_ids]
    return _send(call, body, chosen, to_all=to_all)


def send_to_list(call: AccountCall) -> dict[str, object]:
    """``mass/send``."""
    call.require_verified(service=True)
    body = _begin(call)
    openids = body.texts("touser")
    if len(openids) > call.world.limits.account_mass_recipients:
        raise Refusal(40032)
    if len(set(openids)) < 2:
        raise Refusal(40130)
    known = call.account.followers
    if any(openid not in known for openid in openids):
        raise Refusal(40031)
    chosen = [known[openid] for openid in dict.fromkeys(openids) if known[openid].subscribed]
    return _send(call, body, chosen, to_all=False)


def preview(call: AccountCall) -> dict[str, object]:
    """``mass/preview`` to one follower."""
    call.require_verified()
    body = call.body()
    follower = call.follower(body.text("touser"))
    if not follower.subscribed:
        raise Refusal(43004)
    if not call.quotas.take_day(f"{call.account.appid} preview", PREVIEWS_PER_DAY, call.world.clock.time()):
        raise Refusal(45009)
    (kind, shown), _ = _read(call, body)
    call.world.show(account_chat(call.world, call.account, follower.person), "them", kind, **shown)
    call.world.ledger.write("account.mass_previewed", appid=call.account.appid, openid=follower.openid)
    return {"errcode": 0, "errmsg": "preview success"}


def get_status(call: AccountCall) -> dict[str, object]:
    """``mass/get``: counts come with the callback alone."""
    job = _job(call)
    return {"msg_id": job.msg_id, "msg_status": "DELETE" if job.deleted else "SEND_SUCCESS"}


def delete(call: AccountCall) -> dict[str, object]:
    """``mass/delete``: articles alone; the card stays, its page is dead."""
    job = _job(call)
    article = next((each for each in call.account.articles.values() if each.url and each.url == job.article_url), None)
    if article is None:
        raise Refusal(40065)
    article.deleted = True
    job.deleted = True
    call.world.changes.touch()
    return {"errcode": 0, "errmsg": "ok"}


def _begin(call: AccountCall) -> Body:
    call.require_verified()
    limits, now = call.world.limits, call.world.clock.time()
    if not call.quotas.take(f"{call.account.appid} mass", limits.account_mass_per_minute, MINUTE, now):
        raise Refusal(42010)
    body = call.body()
    client_id = body.text("clientmsgid")
    if too_long(client_id, limits.account_mass_id_bytes, in_bytes=True):
        raise Refusal(45067)
    if known := find_job(call.world, call.account, client_id):
        raise Refusal(45065, msg_id=known.msg_id)
    return body


def _send(call: AccountCall, body: Body, chosen: list[Follower], *, to_all: bool) -> dict[str, object]:
    bubble, article = _read(call, body)
    if not has_quota(call.world, call.account, to_all=to_all):
        raise Refusal(45028)
    if article:
        publish(call.world, call.account, article)
        bubble[1]["url"] = article.url
    job = start_job(call.world, call.account, chosen, bubble, body.text("clientmsgid"), to_all=to_all)
    answer = {**SUBMITTED, "msg_id": job.msg_id}
    return {**answer, "msg_data_id": int(article.msgid.partition("_")[0])} if article else answer


def _read(call: AccountCall, body: Body) -> tuple[Bubble, Article | None]:
    """How a phone shows it, and the draft behind it."""
    kind = body.text("msgtype")
    if kind == "text":
        content = body.body("text").text("content")
        if not content:
            raise Refusal(44002, "empty content")
        if too_long(content, call.world.limits.custom_text_bytes, in_bytes=True):
            raise Refusal(45002)
        return ("text", {"text": content}), None
    if kind == "image":
        media = body.body("images").texts("media_ids") or [body.body("image").text("media_id")]
        medium = call.world.medium(call.account.appid, media[0])
        if medium is None or medium.kind != "image":
            raise Refusal(40007)
        return ("image", {"url": f"/media/{medium.media_id}", "name": medium.name}), None
    if kind == "mpnews":
        draft_id = body.body("mpnews").text("media_id")
        drafts = (each for each in call.account.articles.values() if each.draft_id == draft_id)
        article = next((each for each in drafts if not each.is_published), None)
        if article is None:
            raise Refusal(40007)
        return ("link", {"title": article.title, "desc": article.digest, "url": article.url, "picurl": ""}), article
    raise Refusal(40008)


def _job(call: AccountCall) -> MassJob:
    job = call.account.mass_jobs.get(call.body().number("msg_id"))
    if job is None:
        raise Refusal(40059)
    return job


def _followers(call: AccountCall) -> list[Follower]:
    return [each for each in call.account.followers.values() if each.subscribed]


ROUTES: dict[str, Route[AccountCall]] = {
    f"{PATH}sendall": post(send_to_tag),
    f"{PATH}send": post(send_to_list),
    f"{PATH}preview": post(preview),
    f"{PATH}get": post(get_status),
    f"{PATH}delete": post(delete),
}
