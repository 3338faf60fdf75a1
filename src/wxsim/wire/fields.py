"""Reading a JSON body whose fields may be missing or of the wrong kind."""

from typing import Never

from wxsim.wire.refusal import Refusal

BAD_PARAMETER = 40058


class Body:
    """A JSON object on its way in. Wrong kinds are refused with ``code``; unknown fields are ignored."""

    def __init__(self, values: dict[str, object], code: int = BAD_PARAMETER) -> None:
        self._values = values
        self._code = code

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        value = self._values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else self._refuse(name)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number; digits in a string are taken as the platform takes them."""
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 20:
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else self._refuse(name)

    def flag(self, name: str, default: bool) -> bool:
        """A JSON boolean, or 0/1."""
        value = self._values.get(name)
        if value is None:
            return default
        return bool(value) if isinstance(value, bool) or value in (0, 1) else self._refuse(name)

    def texts(self, name: str) -> list[str]:
        """A list of strings, empty when absent."""
        values = self._values.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            return self._refuse(name)
        return [value if isinstance(value, str) else self._refuse(name) for value in values]

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers, empty when absent."""
        values = self._values.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            return self._refuse(name)
        return [value if type(value) is int else self._refuse(name) for value in values]

    def body(self, name: str) -> "Body":
        """An object inside; empty when absent."""
        value = self._values.get(name)
        if value is None:
            return Body({}, self._code)
        return Body(value, self._code) if isinstance(value, dict) else self._refuse(name)

    def bodies(self, name: str) -> "list[Body]":
        """A list of objects, empty when absent."""
        values = self._values.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            return self._refuse(name)
        return [Body(value, self._code) if isinstance(value, dict) else self._refuse(name) for value in values]

    def raw(self) -> dict[str, object]:
        """The object as it came."""
        return self._values

    def _refuse(self, name: str) -> Never:
        raise Refusal(self._code, f"invalid Request Parameter, {name}")


def too_long(text: str, limit: int | None, *, in_bytes: bool = False) -> bool:
    """Whether the text passes a limit of characters or of UTF-8 bytes."""
    return limit is not None and (len(text.encode()) if in_bytes else len(text)) > limit
