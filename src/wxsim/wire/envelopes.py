"""The HTTP request of one callback, and of the URL check."""

from dataclasses import dataclass
from functools import lru_cache

from yarl import URL

from wxsim.ids import DIGITS
from wxsim.wire.crypto import CallbackCipher, sign
from wxsim.wire.xml import write_xml
from wxsim.world.settings import CallbackSettings
from wxsim.world.world import World


@dataclass(frozen=True, slots=True)
class Envelope:
    """URL with signed query, body, headers."""

    url: URL
    body: bytes
    headers: dict[str, str]


HEADERS = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}


@lru_cache(maxsize=256)
def cipher_of(aes_key: str, receiver: str) -> CallbackCipher:
    """The cipher of one receiver, kept: making one costs more than using it."""
    return CallbackCipher(aes_key, receiver)


def seal(world: World, receiver: str, agentid: str, settings: CallbackSettings, plain: str, openid: str) -> Envelope:
    """Wrap one document. ``agentid`` empty = official account, whose mode decides what is open and what sealed."""
    timestamp, nonce = str(world.clock.unix()), world.ids.fresh(10, "nonce", alphabet=DIGITS)
    if agentid:
        return _seal_wecom(settings, receiver, agentid, plain, timestamp, nonce)
    query = {"signature": sign(settings.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    query["openid"] = openid
    if settings.mode == "plain":
        return Envelope(_with_query(settings.url, query), plain.encode(), HEADERS)
    sealed = cipher_of(settings.aes_key, receiver).encrypt(plain.encode())
    query |= {"encrypt_type": "aes", "msg_signature": sign(settings.token, timestamp, nonce, sealed)}
    if settings.mode == "compatible":
        body = plain.removesuffix("</xml>") + f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    else:
        to = plain.partition("<ToUserName><![CDATA[")[2].partition("]]>")[0]
        body = write_xml({"ToUserName": to, "Encrypt": sealed})
    return Envelope(_with_query(settings.url, query), body.encode(), HEADERS)


def _seal_wecom(
    settings: CallbackSettings, receiver: str, agentid: str, plain: str, timestamp: str, nonce: str
) -> Envelope:
    sealed = cipher_of(settings.aes_key, receiver).encrypt(plain.encode())
    query = {
        "msg_signature": sign(settings.token, timestamp, nonce, sealed),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    body = write_xml({"ToUserName": receiver, "AgentID": agentid, "Encrypt": sealed})
    return Envelope(_with_query(settings.url, query), body.encode(), HEADERS)


def verification(
    world: World, receiver: str, settings: CallbackSettings, *, sealed: bool
) -> tuple[dict[str, str], str]:
    """Query of the GET that checks a URL, and the text that must come back; ``sealed`` for WeCom."""
    timestamp, nonce = str(world.clock.unix()), world.ids.fresh(10, "nonce", alphabet=DIGITS)
    echo = "1" + world.ids.fresh(18, "echo", alphabet=DIGITS)
    if not sealed:
        signature = sign(settings.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}, echo
    hidden = cipher_of(settings.aes_key, receiver).encrypt(echo.encode())
    signature = sign(settings.token, timestamp, nonce, hidden)
    return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": hidden}, echo


def _with_query(url: str, query: dict[str, str]) -> URL:
    """Every value is letters, digits, - and _ by the way it is made: nothing needs escaping."""
    signed = "&".join(f"{name}={value}" for name, value in query.items())
    return URL(f"{url}{'&' if '?' in url else '?'}{signed}", encoded=True)
