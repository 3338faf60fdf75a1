"""会话内容存档 message archive, the part with an HTTP API: who has agreed to it. Contents need the platform's SDK."""

from collections.abc import Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import number, objects, text

AGREE, DISAGREE, DEFAULT_AGREE = "Agree", "Disagree", "Default_Agree"
"""Words of ``agree_status``."""
# The platform's own spelling.
_EXTERNAL = "exteranalopenid"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether a customer lets what they say to a member be archived, and since when (Unix seconds)."""

    userid: str
    external_userid: str
    status: str
    changed_at: int


class MessageArchive:
    """``/cgi-bin/msgaudit``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def check_single_agree(self, pairs: Sequence[tuple[str, str]]) -> tuple[Agreement, ...]:
        """What customers said, by (userid, external_userid); pairs that the platform does not know are left out."""
        info = [{"userid": userid, _EXTERNAL: external} for userid, external in pairs]
        reply = await self._caller.post("/cgi-bin/msgaudit/check_single_agree", {"info": info})
        return tuple(
            Agreement(
                text(item, "userid"),
                text(item, _EXTERNAL),
                text(item, "agree_status"),
                number(item, "status_change_time"),
            )
            for item in objects(reply, "agreeinfo")
        )
