"""Temporary media and images (素材)."""

from urllib.parse import quote

from wxsim.limits import Limits
from wxsim.wire.http import Response, Route, get, post
from wxsim.wire.multipart import Upload, read_upload
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall

SMALLEST = 5
IMAGE_HEADS = (b"\xff\xd8", b"\x89PNG")


def upload(call: WecomCall) -> dict[str, object]:
    """Keep a file for three days; ``created_at`` is a string here."""
    kind = call.query("type")
    if kind not in ("image", "voice", "video", "file"):
        raise Refusal(40004)
    file = _read(call)
    largest = largest_bytes(call.world.limits, kind)
    if largest is not None and len(file.content) > largest:
        raise Refusal({"image": 40009, "video": 40011}.get(kind, 45001))
    if kind == "image" and not file.content.startswith(IMAGE_HEADS):
        raise Refusal(40123)
    lives = call.world.limits.media_seconds
    medium = call.world.store(call.corp.corpid, kind, file.name, file.mime, file.content, lives=lives)
    call.world.ledger.write("api.uploaded", corpid=call.corp.corpid, media_id=medium.media_id, type=kind)
    return {"errmsg": "", "type": kind, "media_id": medium.media_id, "created_at": str(medium.created_at)}


def upload_image(call: WecomCall) -> dict[str, object]:
    """Keep an image for ever, for use inside messages."""
    file = _read(call)
    largest = call.world.limits.uploaded_image_bytes
    if largest is not None and len(file.content) > largest:
        raise Refusal(40009)
    medium = call.world.store(call.corp.corpid, "image", file.name, file.mime, file.content, lives=None)
    return {"errmsg": "", "url": f"{call.world.base_url}/media/{medium.media_id}"}


def download(call: WecomCall) -> Response:
    """The bytes of a file that still lives."""
    media_id = call.query("media_id")
    medium = call.world.medium(call.corp.corpid, media_id)
    if medium is None:
        raise Refusal(40007 if media_id else 41006)
    disposition = f"attachment; filename*=utf-8''{quote(medium.name)}"
    return Response(medium.content, 200, medium.mime, {"Content-Disposition": disposition})


def largest_bytes(limits: Limits, kind: str) -> int | None:
    """The size limit of a kind of file."""
    sizes = {
        "image": limits.image_bytes,
        "voice": limits.voice_bytes,
        "video": limits.video_bytes,
        "file": limits.file_bytes,
    }
    return sizes[kind]


def _read(call: WecomCall) -> Upload:
    file = read_upload(call.request)
    if file is None or len(file.content) <= SMALLEST:
        raise Refusal(44001)
    return file


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/media/upload": post(upload),
    "/cgi-bin/media/uploadimg": post(upload_image),
    "/cgi-bin/media/get": get(download),
}
