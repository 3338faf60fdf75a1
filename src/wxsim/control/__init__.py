"""The control API under ``/sim``: set up accounts, act as people, move the clock, read the ledger."""

from starlette.routing import BaseRoute

from wxsim.control import accounts, acts, group_chats, kf, load, state, story

ROUTES: list[BaseRoute] = [
    *accounts.ROUTES,
    *state.ROUTES,
    *load.ROUTES,
    *acts.ROUTES,
    *group_chats.ROUTES,
    *kf.ROUTES,
    *story.ROUTES,
]
