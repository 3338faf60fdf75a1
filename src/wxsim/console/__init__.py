"""The console: act as a WeChat user and see the phone."""

from starlette.routing import BaseRoute

ROUTES: list[BaseRoute] = []
