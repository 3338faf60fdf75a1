"""Automation: what happens to somebody after an event, one step after the other."""
