"""Which files may stand at the root, and what may stand in them: nothing that a browser would take for a page.

The names are those of both consoles' downloads: ``WW_verify_`` or ``MP_verify_``, letters and digits, ``.txt``; the
content is one token. Seen 2026-11; the public documentation describes neither.
"""

import re

NAME = r"(?:WW|MP)_verify_[A-Za-z0-9]{4,64}\.txt"
CONTENT = r"[A-Za-z0-9_=+/.-]{1,256}"
"""A token, so that no file of this kind can hold HTML, a script or a line break."""
MAX_FILES = 20
_PATH = re.compile(f"/{NAME}")


def name_in(path: str) -> str | None:
    """The name of the verification file that a path asks for; None for every other path."""
    return path[1:] if _PATH.fullmatch(path) else None
