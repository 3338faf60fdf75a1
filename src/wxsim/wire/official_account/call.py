"""A call whose account is known."""

from dataclasses import dataclass

from wxsim.quota import Quotas
from wxsim.wire.fields import Body
from wxsim.wire.http import Request
from wxsim.wire.refusal import Refusal
from wxsim.world.official_accounts import Follower, OfficialAccount
from wxsim.world.world import World

BAD_FORMAT = 47001


@dataclass(slots=True)
class AccountCall:
    """One authenticated call of an official account."""

    world: World
    quotas: Quotas
    request: Request
    account: OfficialAccount

    def body(self) -> Body:
        """The JSON body: 44002 when empty, 47001 when it cannot be read."""
        if not self.request.raw.strip():
            raise Refusal(44002)
        if self.world.switches.refuse_unicode_escapes and self.request.has_escapes():
            raise Refusal(40033)
        body = self.request.json(BAD_FORMAT)
        if self.request.wrong_json:
            raise Refusal(BAD_FORMAT)
        return body

    def query(self, name: str) -> str:
        """A query parameter, empty when absent."""
        return self.request.query.get(name, "")

    def require_verified(self, *, service: bool = False) -> None:
        """48001 unless the account is verified, and a service account where needed."""
        if not self.account.verified or (service and self.account.kind != "service"):
            raise Refusal(48001)

    def follower(self, openid: str) -> Follower:
        """Somebody this account has met: 40003 for anything else."""
        found = self.account.followers.get(openid)
        if found is None:
            raise Refusal(40003)
        return found
