"""Passive replies: what a server answers to a callback."""

from xml.etree.ElementTree import Element

from wxsim.wire.crypto import BadCipher, sign, signatures_match
from wxsim.wire.envelopes import cipher_of
from wxsim.wire.xml import BadXml, read_xml, text_of
from wxsim.world.following import account_chat
from wxsim.world.official_accounts import Follower, OfficialAccount
from wxsim.world.world import World

SILENT = (b"", b"success")
MEDIA_KINDS = {"image": "Image/MediaId", "voice": "Voice/MediaId", "video": "Video/MediaId"}


def read_reply(world: World, account: OfficialAccount, follower: Follower, answer: bytes) -> str:
    """Show the reply on the phone. Answers what was wrong with it, empty when nothing."""
    if answer.strip() in SILENT:
        return ""
    try:
        root = _open(account, read_xml(answer))
    except (BadXml, BadCipher):
        return "not a reply"
    if text_of(root, "ToUserName") != follower.openid or text_of(root, "FromUserName") != account.original_id:
        return "wrong receiver or sender"
    return _show(world, account, follower, root)


def _open(account: OfficialAccount, root: Element) -> Element:
    """Decrypt where the account's mode asks for it."""
    settings = account.callback
    if settings is None or settings.mode == "plain":
        return root
    sealed = text_of(root, "Encrypt")
    if not sealed and settings.mode == "compatible":
        return root
    expected = sign(settings.token, text_of(root, "TimeStamp"), text_of(root, "Nonce"), sealed)
    if not signatures_match(text_of(root, "MsgSignature"), expected):
        raise BadCipher
    return read_xml(cipher_of(settings.aes_key, account.appid).decrypt(sealed))


def _show(world: World, account: OfficialAccount, follower: Follower, root: Element) -> str:
    kind = text_of(root, "MsgType")
    chat = account_chat(world, account, follower.person)
    named = {"appid": account.appid, "openid": follower.openid, "type": kind}
    if kind == "transfer_customer_service":
        world.ledger.write("reply.transferred", **named)
        return ""
    if kind == "text":
        world.show(chat, "them", "text", text=text_of(root, "Content"))
    elif kind == "news":
        item = root.find("Articles/item")
        if item is None:
            return "news without articles"
        names = {"title": "Title", "desc": "Description", "picurl": "PicUrl", "url": "Url"}
        world.show(chat, "them", "link", **{name: text_of(item, path) for name, path in names.items()})
    elif kind in MEDIA_KINDS:
        medium = world.medium(account.appid, text_of(root, MEDIA_KINDS[kind]))
        if medium is None:
            return "unknown media"
        world.show(chat, "them", kind, url=f"/media/{medium.media_id}", name=medium.name)
    else:
        return "unknown type"
    world.ledger.write("reply.shown", **named)
    return ""
