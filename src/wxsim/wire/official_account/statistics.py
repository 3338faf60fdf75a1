"""Statistics of articles (datacube): one day a call, ready on the next morning."""

from datetime import date, timedelta

from wxsim.clock import beijing_day
from wxsim.wire.http import Route, post
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal
from wxsim.world.articles import Article

EPOCH = date(1970, 1, 1)
FIRST_DAY = date(2025, 11, 1)
"""Where the data of these APIs begins."""
DETAIL_DAYS = 30


def read_of_day(call: AccountCall) -> dict[str, object]:
    """``getarticleread``: how many read each article on that day, whenever it was published."""
    day = _day(call)
    rows = [
        {
            "ref_date": _name(day),
            "msgid": article.msgid,
            "detail": {"read_user": article.reads[day], "read_user_source": _sources(article.reads[day])},
        }
        for article in _published(call)
        if article.reads.get(day)
    ]
    return {"list": rows, "is_delay": False}


def detail_of_day(call: AccountCall) -> dict[str, object]:
    """``getarticletotaldetail``: what was published on that day, and how it went on in the 30 days after."""
    day = _day(call)
    last = _last_ready(call)
    rows = [
        {
            "ref_date": _name(day),
            "msgid": article.msgid,
            "publish_type": 0,
            "title": article.title,
            "content_url": article.url,
            "detail_list": [_detail(article, each) for each in range(day, min(last, day + DETAIL_DAYS - 1) + 1)],
        }
        for article in _published(call)
        if beijing_day(article.published_at) == day
    ]
    return {"list": rows, "is_delay": False}


def _published(call: AccountCall) -> list[Article]:
    return [each for each in call.account.articles.values() if each.is_published]


def _detail(article: Article, day: int) -> dict[str, object]:
    """Cumulative; what nobody does in this world is zero."""
    reads = sum(count for each, count in article.reads.items() if each <= day)
    zeros = ("share_user", "zaikan_user", "like_user", "comment_count", "collection_user", "redirect_ori_page_user")
    return {
        "stat_date": _name(day),
        "read_user": reads,
        "read_user_source": _sources(reads),
        **dict.fromkeys(zeros, 0),
        "send_page_count": 1,
        "praise_money": 0,
        "read_subscribe_user": 0,
        "read_delivery_rate": 0,
        "read_finish_rate": 0,
        "read_avg_activetime": 0,
        "read_jump_position": [],
    }


def _sources(reads: int) -> list[dict[str, object]]:
    return [{"user_count": reads, "scene_desc": "全部"}]


def _day(call: AccountCall) -> int:
    """The one day asked for, as its number: 61500 malformed, 61501 not one day of the data, 61503 not ready yet."""
    call.require_verified()
    body = call.body()
    try:
        first, last = (date.fromisoformat(body.text(name)) for name in ("begin_date", "end_date"))
    except ValueError:
        raise Refusal(61500) from None
    number = (first - EPOCH) // timedelta(days=1)
    today = beijing_day(call.world.clock.time())
    if first != last or first < FIRST_DAY or number >= today:
        raise Refusal(61501)
    if number > _last_ready(call):
        raise Refusal(61503)
    return number


def _last_ready(call: AccountCall) -> int:
    """Yesterday, from the hour on at which its data is ready; before, the day before."""
    early = call.world.limits.article_data_ready_hour * 3600
    return beijing_day(call.world.clock.time() - early) - 1


def _name(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()


ROUTES: dict[str, Route[AccountCall]] = {
    "/datacube/getarticleread": post(read_of_day),
    "/datacube/getarticletotaldetail": post(detail_of_day),
}
