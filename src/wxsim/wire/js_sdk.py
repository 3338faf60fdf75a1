"""The scripts that pages inside WeCom load from the vendor: stand-ins that ask the phone around their frame.

The real ones are the vendor's and are neither kept nor imitated beyond the documented calls; the phone's answers come
from :mod:`wxsim.wire.wecom.page_calls`.
"""

from functools import cache
from pathlib import Path

from wxsim.wire.http import Request, Response

SCRIPTS = {
    "res.wx.qq.com": {"/open/js/jweixin-1.2.0.js": "jweixin.js"},
    "open.work.weixin.qq.com": {"/wwopen/js/jwxwork-1.0.0.js": "jwxwork.js"},
}
"""Host, path there, our file."""
_HERE = Path(__file__).parent / "scripts"


class ScriptHost:
    """Answers one of these hosts."""

    def handle(self, request: Request) -> Response:
        """The script, to any page; 404 for anything else."""
        name = SCRIPTS[request.host].get(request.path)
        if name is None or request.method not in ("GET", "HEAD"):
            return Response(b"404 page not found", 404, "text/plain")
        return Response(_read(name), 200, "text/javascript; charset=utf-8", {"Cache-Control": "no-cache"})

    def refusal(self, request: Request, code: int) -> Response:
        """There are no codes here: the script does not come."""
        return Response(b"", 502, "text/plain")


@cache
def _read(name: str) -> bytes:
    return (_HERE / name).read_bytes()
