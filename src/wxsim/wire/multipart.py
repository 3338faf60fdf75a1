"""The file in a multipart upload; its part is named ``media``."""

from dataclasses import dataclass

from python_multipart.multipart import MultipartParser, parse_options_header

from wxsim.wire.http import Request


@dataclass(slots=True)
class Upload:
    """One file."""

    name: str
    mime: str
    content: bytes


class _Reader:
    """Collects the parts of one body."""

    def __init__(self) -> None:
        self.uploads: dict[str, Upload] = {}
        self._headers: dict[str, str] = {}
        self._name = b""
        self._value = b""
        self._content = bytearray()

    def part_begin(self) -> None:
        self._headers, self._content = {}, bytearray()

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        # As Latin-1 each byte survives the header parser; names are read as UTF-8 at the end of the part.
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def part_end(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        part = options.get(b"name", b"").decode("utf-8", "replace")
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        mime = self._headers.get("content-type", "application/octet-stream")
        self.uploads[part] = Upload(name, mime, bytes(self._content))


def read_upload(request: Request) -> Upload | None:
    """The part ``media``, None when there is none or the body is broken."""
    kind, options = parse_options_header(request.content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        return None
    reader = _Reader()
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": reader.part_begin,
            "on_part_data": reader.part_data,
            "on_part_end": reader.part_end,
            "on_header_field": reader.header_field,
            "on_header_value": reader.header_value,
            "on_header_end": reader.header_end,
        },
    )
    try:
        parser.write(request.raw)
        parser.finalize()
    except ValueError:
        return None
    return reader.uploads.get("media")
