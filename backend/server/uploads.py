"""An upload as it streams in: one file out of a multipart body, never whole in memory or in a second file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from backend.server.request import UNSUPPORTED, Request, too_large
from backend.wire.problems import WireError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

BOUNDARY = 70  # characters: RFC 2046, 5.1.1
FIELDS = 16  # parts besides the file
FIELD_BYTES = 64 << 10  # of all of them together
SLACK = 256 << 10  # bytes of a body around its file
PIECE = 1 << 18  # bytes that are handed on at a time
_HEADER_BYTES = 4096


class Upload:
    """The one file of a multipart body: `filename` once `begin` has found it, then its `content`."""

    def __init__(self, request: Request, limit: int) -> None:
        self.filename = ""
        self._request = request
        self._limit = limit
        self._source = request.pieces()
        self._parts = _Parts(limit)
        self._parser: MultipartParser | None = None

    async def begin(self) -> None:
        """Read up to the file. Raises WireError, ClientLeft."""
        self._request.need_plain()
        self._request.need_at_most(self._limit + SLACK, "file")
        start = await self._start()
        boundary = self._boundary(start)
        self._parser = MultipartParser(
            boundary, self._parts.callbacks(), max_header_count=8, max_header_size=_HEADER_BYTES
        )
        self._write(start)
        while not self._parts.found:
            self._write(await self._more())
        self.filename = self._parts.filename

    async def content(self) -> AsyncIterator[bytes]:
        """The bytes of the file; it ends only when the whole body was right. Raises WireError, ClientLeft."""
        while not self._parts.ended:
            if self._parts.waiting >= PIECE:
                yield self._parts.take()
            self._write(await self._more())
        async for _ in self._source:  # an epilogue says nothing
            pass
        if rest := self._parts.take():
            yield rest

    async def _start(self) -> bytes:
        """The first bytes, its first line whole."""
        start = b""
        async for piece in self._source:
            start += piece
            if b"\r\n" in start or len(start) > _HEADER_BYTES:
                break
        return start

    def _boundary(self, start: bytes) -> bytes:
        kind, options = parse_options_header(self._request.headers.get("content-type", ""))
        told = options.get(b"boundary", b"")
        if kind == b"multipart/form-data" and told:
            boundary = told
        elif kind in (b"multipart/form-data", b"application/json", b"") and start.startswith(b"--"):
            # a client in the wild keeps the label of its last execution: the body itself tells
            boundary = start[2:].partition(b"\r\n")[0].rstrip()
        else:
            raise WireError("The body must be multipart/form-data.", "Content-Type", UNSUPPORTED, 415)
        if not 0 < len(boundary) <= BOUNDARY:
            raise WireError(f"A boundary has 1 to {BOUNDARY} characters.", "Content-Type")
        return boundary

    async def _more(self) -> bytes:
        async for piece in self._source:
            return piece
        raise WireError("The body ends before its last boundary, or holds no file.", "file")

    def _write(self, data: bytes) -> None:
        assert self._parser is not None
        try:
            self._parser.write(data)
        except FormParserError as problem:
            raise WireError(f"The body is no multipart/form-data: {problem}.", "file") from None


class _Parts:
    """What the parser finds: one part with a file name, and fields that nobody asked for."""

    def __init__(self, limit: int) -> None:
        self.found = False
        self.ended = False
        self.filename = ""
        self.waiting = 0
        self._limit = limit
        self._size = 0
        self._others = 0
        self._other_bytes = 0
        self._in_file = False
        self._pieces: list[bytes] = []
        self._name = b""
        self._value = b""
        self._disposition = b""

    def callbacks(self) -> MultipartCallbacks:
        """For the parser."""
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def take(self) -> bytes:
        """What has come of the file since the last call."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self.waiting = 0
        return data

    def _part_begins(self) -> None:
        self._disposition = self._name = self._value = b""
        self._in_file = False

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._name.lower() == b"content-disposition":
            if self._disposition:
                raise WireError("A part has two Content-Dispositions.", "file")
            self._disposition = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        parameters = read_disposition(self._disposition)
        if "filename" not in parameters:
            if parameters.get("name") == "file":
                raise WireError("The part file has no filename.", "file")
            self._others += 1
            if self._others > FIELDS:
                raise WireError("The body has too many parts.", "file")
            return
        if self.found:
            raise WireError("One file is uploaded at a time.", "file")
        self.found = self._in_file = True
        self.filename = parameters["filename"]

    def _data(self, data: bytes, start: int, end: int) -> None:
        if not self._in_file:
            self._other_bytes += end - start
            if self._other_bytes > FIELD_BYTES:
                raise WireError("The parts beside the file are too long.", "file")
            return
        self._size += end - start
        if self._size > self._limit:
            raise too_large(self._limit, "file")
        self._pieces.append(data[start:end])
        self.waiting += end - start

    def _end(self) -> None:
        self.ended = True


def read_disposition(raw: bytes) -> dict[str, str]:
    """The parameters of a part's Content-Disposition. Raises WireError: it is refused rather than repaired.

    A name comes as UTF-8 in quotes; as `filename*` (RFC 5987) only alone: two names are one too many.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise WireError("A part's Content-Disposition is not UTF-8.", "filename") from None
    kind, _, rest = text.partition(";")
    if kind.strip().lower() != "form-data":
        raise WireError("A part has no Content-Disposition of form-data.", "file")
    found: dict[str, str] = {}
    while rest.strip():
        key, value, rest = _parameter(rest)
        if key == "filename*":
            key, value = "filename", _extended(value)
        if key in found:
            raise WireError(f"A part has its {key[:20]} twice.", "filename")
        found[key] = value
    return found


def _parameter(text: str) -> tuple[str, str, str]:
    """Name and value of the next parameter, and what follows it."""
    key, equals, value = text.partition("=")
    key, value = key.strip().lower(), value.lstrip()
    if not equals or not key:
        raise WireError("A part's Content-Disposition cannot be read.", "filename")
    if not value.startswith('"'):
        value, _, rest = value.partition(";")
        return key, value.strip(), rest
    letters, at = [], 1
    while at < len(value) and value[at] != '"':
        # a backslash quotes a quote or itself; others are of a path of Windows
        if value[at] == "\\" and value[at + 1 : at + 2] in ('"', "\\"):
            at += 1
        letters.append(value[at])
        at += 1
    rest = value[at + 1 :].strip()
    if at >= len(value) or (rest and not rest.startswith(";")):
        raise WireError("A part's Content-Disposition cannot be read.", "filename")
    return key, "".join(letters), rest[1:]


def _extended(value: str) -> str:
    charset, quote, rest = value.partition("'")
    _, second, encoded = rest.partition("'")
    if charset.lower() != "utf-8" or not (quote and second):
        raise WireError("filename* is in UTF-8.", "filename")
    try:
        return unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        raise WireError("filename* is not UTF-8.", "filename") from None
