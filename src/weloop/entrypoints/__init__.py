"""Where everything is wired and started: HTTP, worker, supervisor, commands."""
