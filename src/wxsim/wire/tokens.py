"""Access tokens: one current token per owner, several dead ones remembered."""

from dataclasses import dataclass
from typing import Literal

from wxsim.ids import TOKEN
from wxsim.world.world import World

Standing = Literal["valid", "expired", "unknown"]


@dataclass(slots=True, eq=False)
class Grant:
    """A token given out."""

    token: str
    owner: str
    expires_at: float
    dead: bool = False


class TokenBook:
    """Tokens by text and by owner. An owner is ``corpid/agentid``, an appid, or an appid with a suffix."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grants: dict[str, Grant] = {}
        self._current: dict[str, Grant] = {}

    def current(self, owner: str) -> Grant | None:
        """The owner's valid token."""
        grant = self._current.get(owner)
        return grant if grant and self.standing(grant.token) == "valid" else None

    def issue(self, owner: str) -> Grant:
        """A new token, which becomes the current one."""
        token = self._world.ids.fresh(128, f"token {owner}", alphabet=TOKEN)
        grant = Grant(token, owner, self._world.clock.time() + self._world.limits.token_seconds)
        self._grants[token] = self._current[owner] = grant
        return grant

    def remaining(self, grant: Grant) -> int:
        """Whole seconds left."""
        return max(0, round(grant.expires_at - self._world.clock.time()))

    def standing(self, token: str) -> Standing:
        """Valid, expired by time, or never given out (which is how early death looks)."""
        grant = self._grants.get(token)
        if grant is None or grant.dead:
            return "unknown"
        return "valid" if self._world.clock.time() < grant.expires_at else "expired"

    def owner(self, token: str) -> str:
        """Whose token it is; ask only for one that was given out."""
        return self._grants[token].owner

    def kill(self, owner: str) -> bool:
        """Let the current token die early."""
        grant = self.current(owner)
        if grant:
            grant.dead = True
        return grant is not None

    def expire(self, owner: str, *, after: float = 0.0) -> bool:
        """Let the current token run out in ``after`` seconds, if that is earlier than it would."""
        grant = self.current(owner)
        if grant:
            grant.expires_at = min(grant.expires_at, self._world.clock.time() + after)
        return grant is not None
