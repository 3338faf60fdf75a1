"""The console: act as a WeChat user and see the phone."""

from wxsim.console.routes import ROUTES

__all__ = ["ROUTES"]
