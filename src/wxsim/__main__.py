"""``python -m wxsim``."""

from wxsim.cli import app

app()
