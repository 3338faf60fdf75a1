"""Errors of the building blocks."""


class SealBroken(Exception):
    """A sealed value does not open: another key, another purpose, or changed bytes."""
