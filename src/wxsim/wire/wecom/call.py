"""A call whose app is known, and the checks that many APIs share."""

from dataclasses import dataclass

from wxsim.quota import Quotas
from wxsim.wire.fields import BAD_PARAMETER, Body
from wxsim.wire.http import Request
from wxsim.wire.refusal import Refusal
from wxsim.world.corps import Corp, Friendship, Member, WecomApp
from wxsim.world.world import World


@dataclass(slots=True)
class WecomCall:
    """One authenticated call of a self-built app."""

    world: World
    quotas: Quotas
    request: Request
    corp: Corp
    app: WecomApp

    def body(self) -> Body:
        """The JSON body."""
        if self.world.switches.refuse_unicode_escapes and self.request.has_escapes():
            raise Refusal(40033)
        return self.request.json(BAD_PARAMETER)

    def query(self, name: str) -> str:
        """A query parameter, empty when absent."""
        return self.request.query.get(name, "")

    def sees(self, member: Member) -> bool:
        """Whether the member is in the app's visible range."""
        return self.app.visible is None or member.userid in self.app.visible

    def visible_members(self) -> list[Member]:
        """Members in the app's visible range."""
        return [member for member in self.corp.members.values() if self.sees(member)]

    def member(self, userid: str) -> Member:
        """A member in range: 60111 unknown, 60011 out of range."""
        found = self.corp.member(userid)
        if found is None:
            raise Refusal(60111)
        if not self.sees(found):
            raise Refusal(60011)
        return found

    def contact_member(self, userid: str) -> Member:
        """A member who may have customers: 84074 without the 「客户联系」 function."""
        found = self.member(userid)
        if not found.contact_enabled:
            raise Refusal(84074)
        return found

    def require_contact_api(self) -> None:
        """48002 unless the app is among 「可调用接口的应用」."""
        if not self.app.contact_api:
            raise Refusal(48002)

    def friendship(self, userid: str, external_userid: str) -> Friendship:
        """A relation that the app may touch: 60111, 84074, 41035, 40096, 84061."""
        member = self.contact_member(userid)
        self.check_external(external_userid)
        found = self.corp.friendship(member.userid, external_userid)
        if found is None:
            raise Refusal(84061)
        return found

    def check_external(self, external_userid: str) -> None:
        """41035 missing, 40096 not the shape of an id."""
        if not external_userid:
            raise Refusal(41035)
        if not external_userid.startswith(("wm", "wo")) or len(external_userid) > 64:
            raise Refusal(40096)


def page(cursor: str, limit: int, total: int) -> tuple[int, int, str]:
    """Start, end and next cursor of one page; 50100 for a cursor that was never given out."""
    if cursor and not (cursor.startswith("CUR") and cursor[3:].isdecimal() and int(cursor[3:]) <= total):
        raise Refusal(50100)
    start = int(cursor[3:]) if cursor else 0
    end = min(total, start + limit)
    return start, end, f"CUR{end}" if end < total else ""
