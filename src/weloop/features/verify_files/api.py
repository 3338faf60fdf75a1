"""The face of verification files."""

from weloop.features.verify_files.rules import name_in
from weloop.features.verify_files.service import find_content, read_files

__all__ = ["find_content", "name_in", "read_files"]
