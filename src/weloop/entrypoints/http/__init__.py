"""The web side: console API, callbacks, live updates, health, pages."""
