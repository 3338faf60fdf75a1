"""Mass messages that members confirm: what becomes of a wish, told to whoever wishes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WishesEnded:
    """Steps of wishes of one origin (``broadcast:7``): (key, state, reason).

    States: asked (it lies on the member's phone), sent, failed, uncertain. Reasons are stable codes.
    """

    origin: str
    steps: tuple[tuple[str, str, str], ...]
