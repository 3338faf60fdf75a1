"""Web pages that members open inside WeCom: who opened one, the code that tells its server, tickets of its scripts."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from wxsim.ids import TOKEN
from wxsim.world.corps import Corp, Member, WecomApp
from wxsim.world.world import World


@dataclass(slots=True, eq=False)
class PageCode:
    """A one-time code for one app; ``userid`` is who opened the page."""

    agentid: int
    userid: str
    expires_at: float
    used: bool = False


def is_trusted(app: WecomApp, redirect_uri: str) -> bool:
    """Whether the host of the address is a 可信域名 of the app; without a list every web address is."""
    try:
        parts = urlsplit(redirect_uri)
        host, known = parts.hostname or "", app.trusted_domains
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and (known is None or host in known)


def visit(world: World, corp: Corp, app: WecomApp, member: Member) -> str:
    """The member agreed, silently: a code for the page's server."""
    text = world.ids.fresh(43, "page code", alphabet=TOKEN)
    corp.page_codes[text] = PageCode(app.agentid, member.userid, world.clock.time() + world.limits.page_code_seconds)
    world.ledger.write("page.authorized", corpid=corp.corpid, agentid=app.agentid, userid=member.userid)
    return text


def redeem(world: World, corp: Corp, app: WecomApp, text: str) -> str | None:
    """The userid behind a code; None when it is unknown, another app's, used or over."""
    code = corp.page_codes.get(text)
    if code is None or code.agentid != app.agentid or code.used or world.clock.time() >= code.expires_at:
        return None
    code.used = True
    return code.userid


def _ticket(world: World, kind: str, owner: str) -> tuple[str, int]:
    """The JS-SDK ticket of a corp or an app, and the seconds it lives; the same one while it lives."""
    seconds = world.limits.token_seconds
    period, passed = divmod(world.clock.unix(), seconds)
    return world.ids.derive(86, kind, owner, str(period), alphabet=TOKEN), seconds - passed


def corp_ticket(world: World, corp: Corp) -> tuple[str, int]:
    """For ``wx.config``."""
    return _ticket(world, "corp ticket", corp.corpid)


def app_ticket(world: World, corp: Corp, app: WecomApp) -> tuple[str, int]:
    """For ``wx.agentConfig``."""
    return _ticket(world, "app ticket", f"{corp.corpid}/{app.agentid}")
