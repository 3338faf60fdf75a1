"""The log: every event is appended once, then handled once, in the order of its subject."""
