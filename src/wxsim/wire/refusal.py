"""How an API says no."""


class Refusal(Exception):
    """A documented error code; ``text`` replaces the code's usual words, ``extra`` adds fields to the answer."""

    def __init__(self, code: int, text: str = "", **extra: object) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text
        self.extra = extra
