"""Temporary media of official accounts."""

from urllib.parse import quote

from wxsim.wire.http import Response, Route, get, post
from wxsim.wire.multipart import read_upload
from wxsim.wire.official_account.call import AccountCall
from wxsim.wire.refusal import Refusal


def upload(call: AccountCall) -> dict[str, object]:
    """``media/upload``: three days; ``thumb`` answers under its own key, and ``created_at`` is a number."""
    kind, limits = call.query("type"), call.world.limits
    sizes = {
        "image": limits.image_bytes,
        "voice": limits.voice_bytes,
        "video": limits.video_bytes,
        "thumb": limits.thumb_bytes,
    }
    if kind not in sizes:
        raise Refusal(40004)
    file = read_upload(call.request)
    if file is None or not file.content:
        raise Refusal(41005)
    largest = sizes[kind]
    if largest is not None and len(file.content) > largest:
        raise Refusal(45001)
    medium = call.world.store(call.account.appid, kind, file.name, file.mime, file.content, lives=limits.media_seconds)
    key = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, key: medium.media_id, "created_at": medium.created_at, "item": []}


def download(call: AccountCall) -> Response:
    """``media/get``: the bytes of a file that still lives."""
    media_id = call.query("media_id")
    medium = call.world.medium(call.account.appid, media_id)
    if medium is None:
        raise Refusal(40007 if media_id else 41006)
    disposition = f"attachment; filename*=utf-8''{quote(medium.name)}"
    return Response(medium.content, 200, medium.mime, {"Content-disposition": disposition})


ROUTES: dict[str, Route[AccountCall]] = {
    "/cgi-bin/media/upload": post(upload),
    "/cgi-bin/media/get": get(download),
}
