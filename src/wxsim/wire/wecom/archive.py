"""Message archive (会话内容存档), the part with an HTTP API: who has agreed."""

from wxsim.wire.http import Route, post
from wxsim.wire.refusal import Refusal
from wxsim.wire.wecom.call import WecomCall

MOST = 100


def check_single_agree(call: WecomCall) -> dict[str, object]:
    """By member and customer; pairs of whom nothing is known are left out. The field is misspelt by the platform."""
    if not call.app.archive_api:
        raise Refusal(48002)
    pairs = [(each.text("userid"), each.text("exteranalopenid")) for each in call.body().bodies("info")]
    if not 1 <= len(pairs) <= MOST:
        raise Refusal(40058)
    rows = []
    for userid, external in pairs:
        known = call.corp.archive_consents.get((userid.lower(), external))
        if known is not None:
            status, at = known
            rows.append(
                {"status_change_time": at, "userid": userid, "exteranalopenid": external, "agree_status": status}
            )
    return {"agreeinfo": rows}


ROUTES: dict[str, Route[WecomCall]] = {"/cgi-bin/msgaudit/check_single_agree": post(check_single_agree)}
