"""The calls for files: listing, upload, download, and the rest, straight to and from the backend."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from backend.errors import FileError
from backend.models import FileInfo
from backend.port import Backend
from backend.server.replies import RefusedError, Reply, Stream
from backend.server.request import Request
from backend.server.sessions import Sessions
from backend.server.uploads import Upload
from backend.wire.facts import Fault, Listing
from backend.wire.messages import JSON, HttpAnswer
from backend.wire.text import well_formed
from backend.wire.versions import FEATURES, Generation, Option

PAGE = 1000  # entries of one answer, where clients know how to ask for more
LONG = 2000  # entries from which a listing is written beside the event loop: 1,000 take 5 ms
PIECE = 1 << 18  # bytes
UNREADABLE = "\ufffd"
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


class Files:
    """Files of the sessions. `limit` is the size of an upload in bytes."""

    def __init__(self, backend: Backend, sessions: Sessions, limit: int) -> None:
        self._backend = backend
        self._sessions = sessions
        self._limit = limit

    async def list(self, request: Request) -> Reply:
        """The entries of a directory; in pages where the version's clients follow a link."""
        features = FEATURES[request.match.version]
        has = features.options.__contains__
        directory = request.wire.read_directory(request.query) if has(Option.FOLDERS) else ""
        recursive = has(Option.RECURSIVE) and request.wire.read_recursive(request.query)
        skip = request.wire.read_skip(request.query)
        with await self._sessions.use(request.session):
            found = await self._backend.list_files(request.session, directory, recursive=recursive)
        if features.generation is Generation.LEGACY:
            skip, page = 0, len(found)
        else:
            page = PAGE
        files = tuple(sorted(found, key=lambda file: file.path)[skip : skip + page])
        more = skip + page < len(found)
        link = request.link(skip=str(skip + page)) if more else ""
        listing = Listing(files, link)
        return (
            await asyncio.to_thread(request.wire.files, listing)
            if len(files) > LONG
            else request.wire.files(listing)
        )

    async def describe(self, request: Request) -> Reply:
        """What is known of one file."""
        with await self._sessions.use(request.session):
            path = await self._listed_so(request.session, request.file)
            return request.wire.file(await self._backend.file_info(request.session, path))

    async def delete(self, request: Request) -> Reply:
        """Delete one file, or a directory with all in it."""
        with await self._sessions.use(request.session):
            path = await self._listed_so(request.session, request.file)
            await self._backend.delete_file(request.session, path)
        answer = request.wire.deleted()
        return HttpAnswer(answer.status, {"Content-Type": JSON}, answer.body)

    async def upload(self, request: Request) -> Reply:
        """Write a file; it is there whole, or not at all."""
        session = request.session
        request.wire.read_directory(request.query)
        upload = Upload(request, self._limit)
        await upload.begin()
        path = request.wire.read_upload_path(upload.filename, request.query)
        with await self._sessions.use(session):
            return request.wire.uploaded(await self._backend.write_file(session, path, upload.content()))

    async def download(self, request: Request) -> Reply:
        """The bytes of a file, or one range of them."""
        session = request.session
        served = await self._sessions.use(session)
        with served:
            path = await self._listed_so(session, request.file)
            info = await self._backend.file_info(session, path)
            if info.kind != "file":
                raise FileError(f"{path} is not a regular file.")
            headers = request.wire.content_headers(info) | {"Content-Disposition": _attachment(info)}
            span = _span(request.headers, info.size)
            if request.method == "HEAD":
                return HttpAnswer(200, headers) if span is None else _part(headers, span, info.size)
            pieces = self._whole(session, path) if span is None else self._part(session, path, *span)
            first = await anext(pieces, b"")  # what cannot be opened is refused, not cut
        if span is None:
            return Stream(200, headers, info.size, _joined(first, pieces))
        answer = _part(headers, span, info.size)
        return Stream(206, answer.headers, span[1] - span[0] + 1, _joined(first, pieces))

    async def _listed_so(self, session: str, path: str) -> str:
        """The path of what a listing calls so, where names that are not UTF-8 have U+FFFD; of two neither."""
        if UNREADABLE not in path:
            return path
        folder, _, name = path.rpartition("/")
        files = await self._backend.list_files(session, folder)
        found = [file.path for file in files if well_formed(file.name) == name]
        return found[0] if len(found) == 1 and path not in found else path

    def _whole(self, session: str, path: str) -> AsyncIterator[bytes]:
        return aiter(self._backend.download(session, path))

    async def _part(self, session: str, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        while start <= end:
            size = min(PIECE, end + 1 - start)
            piece = await self._backend.read_file(session, path, offset=start, limit=size)
            if not piece:
                return
            yield piece
            start += len(piece)


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in rest:
        yield piece


def _part(headers: dict[str, str], span: tuple[int, int], size: int) -> HttpAnswer:
    start, end = span
    told = {"Content-Length": str(end - start + 1), "Content-Range": f"bytes {start}-{end}/{size}"}
    return HttpAnswer(206, headers | told)


def _attachment(info: FileInfo) -> str:
    return f"attachment; filename*=UTF-8''{quote(well_formed(info.name), safe='')}"


def _span(headers: object, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range that is asked for; None for the whole. Raises RefusedError (416).

    What is no single range is not looked at, as RFC 9110 allows: many of them cost quadratic time elsewhere.
    """
    assert isinstance(headers, dict)
    found = _RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
    if not found or "if-range" in headers:
        return None
    start, end, last = found.groups()
    if last is not None:
        span = (max(0, size - int(last)), size - 1) if int(last) else (size, size)
    else:
        span = (int(start), min(int(end or size), size - 1))
        if end and int(end) < int(start):
            return None
    if span[0] >= size:
        raise RefusedError(Fault(416, "RangeNotSatisfiable", f"The file has {size} bytes.", "Range"))
    return span
