"""Temporary media and images (素材)."""

from urllib.parse import quote

from wxsim.limits import Limits
from wxsim.wire.http import Response, Route, get, post
from wxsim.wire.multipart import Upload, read_upload
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall
from wxsim.world.media import ALBUM, ANYWHERE, MOMENTS, Medium

SMALLEST = 5
IMAGE_HEADS = (b"\xff\xd8", b"\x89PNG")
FRAMES = (0xC0, 0xC1, 0xC2, 0xC3)
"""Segments of a JPEG that tell its size."""


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
    medium = _keep(call, kind, file, ANYWHERE)
    return {"errmsg": "", "type": kind, "media_id": medium.media_id, "created_at": str(medium.created_at)}


def upload_attachment(call: WecomCall) -> dict[str, object]:
    """Keep a file for Moments (1) or the product album (2), for three days; ``created_at`` is a number here."""
    kind, scene = call.query("media_type"), call.query("attachment_type")
    if scene not in (str(MOMENTS), str(ALBUM)):
        raise Refusal(40058, "attachment_type")
    if kind not in (("image", "video") if scene == str(MOMENTS) else ("image",)):
        raise Refusal(40004)
    file, limits = _read(call), call.world.limits
    largest = largest_bytes(limits, kind)
    if largest is not None and len(file.content) > largest:
        raise Refusal(41080)
    if kind == "image":
        _check_image(limits, file.content)
    else:
        _check_video(limits, file.content)
    medium = _keep(call, kind, file, int(scene))
    return {"type": kind, "media_id": medium.media_id, "created_at": medium.created_at}


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


def _check_image(limits: Limits, content: bytes) -> None:
    if not content.startswith(IMAGE_HEADS):
        raise Refusal(40123)
    if limits.moment_image_edge is not None and max(picture_size(content)) > limits.moment_image_edge:
        raise Refusal(41081)


def _check_video(limits: Limits, content: bytes) -> None:
    """MP4; its length where the first header of the movie tells it."""
    if content[4:8] != b"ftyp":
        raise Refusal(41090)
    head = content.partition(b"mvhd\0")[2][11:19]
    scale, length = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
    if limits.moment_video_seconds is not None and scale and length / scale > limits.moment_video_seconds:
        raise Refusal(41082)


def _keep(call: WecomCall, kind: str, file: Upload, scene: int) -> Medium:
    medium = call.world.store(
        call.corp.corpid, kind, file.name, file.mime, file.content, lives=call.world.limits.media_seconds, scene=scene
    )
    call.world.ledger.write("api.uploaded", corpid=call.corp.corpid, media_id=medium.media_id, type=kind)
    return medium


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; zeros where its head does not tell them."""
    if content[12:16] == b"IHDR":
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        if content[place + 1] in FRAMES:
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return 0, 0


def _read(call: WecomCall) -> Upload:
    file = read_upload(call.request)
    if file is None or len(file.content) <= SMALLEST:
        raise Refusal(44001)
    return file


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/media/upload": post(upload),
    "/cgi-bin/media/upload_attachment": post(upload_attachment),
    "/cgi-bin/media/uploadimg": post(upload_image),
    "/cgi-bin/media/get": get(download),
}
