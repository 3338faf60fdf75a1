"""The built pages: hashed assets for ever, the two entry pages never cached; any other path is an entry page."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

UI_FOLDER = Path(__file__).resolve().parents[2] / "_ui"
ENTRY = "index.html"
PHONE_ENTRY = "h5.html"
"""The pages of staff phones, under ``/h5``."""
SIDEBAR_PAGE = "/h5/sidebar"
"""The one of them that loads the platform's scripts, and whose address is signed for its client."""
_FOREVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>WeLoop 微环</title>
<h1>WeLoop 微环</h1>
<p>网页界面尚未构建。请运行 <code>weloop ui build</code>,然后重新加载本页。</p>
<p lang="en">The web console is not built yet. Run <code>weloop ui build</code>, then reload this page.</p></html>"""


@dataclass(frozen=True, slots=True)
class _Asset:
    path: Path
    packed: Path | None
    media_type: str


class StaticUi:
    """ASGI app over a folder that is read with the first request; an empty one is looked at again with each."""

    def __init__(self, folder: Path = UI_FOLDER) -> None:
        self._folder = folder
        self._assets: dict[str, _Asset] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("method not allowed", 405, {"Allow": "GET, HEAD"})
        self._assets = self._assets or _scan(self._folder)
        if ENTRY not in self._assets:
            return HTMLResponse(_NOT_BUILT, 503, {"Cache-Control": "no-store"})
        name = scope["path"].lstrip("/")
        asset = self._assets.get(name)
        if asset is None:
            # A missing file is missing; any other path is a page of the console and its router knows it.
            if "." in name.rpartition("/")[2]:
                return PlainTextResponse("not found", 404)
            name = PHONE_ENTRY if is_phone_page(scope["path"]) else ENTRY
            asset = self._assets.get(name)
            if asset is None:
                return HTMLResponse(_NOT_BUILT, 503, {"Cache-Control": "no-store"})
        return _serve(asset, name, Headers(scope=scope))


def is_phone_page(path: str) -> bool:
    """Whether a path belongs to the staff phones' pages."""
    return path == "/h5" or path.startswith("/h5/")


def _serve(asset: _Asset, name: str, asked: Headers) -> Response:
    headers = {"Cache-Control": _FOREVER if name.startswith("assets/") else "no-cache"}
    path = asset.path
    if asset.packed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in asked.get("accept-encoding", ""):
            path = asset.packed
            headers["Content-Encoding"] = "gzip"
    return FileResponse(path, headers=headers, media_type=asset.media_type)


def _scan(folder: Path) -> dict[str, _Asset]:
    assets = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".gz":
            packed = path.with_name(path.name + ".gz")
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            name = path.relative_to(folder).as_posix()
            assets[name] = _Asset(path, packed if packed.is_file() else None, kind)
    return assets
