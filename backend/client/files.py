"""The port's calls for files, over the files of remote sessions."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import replace

from backend.client import multipart
from backend.client.addresses import Kind
from backend.client.calls import Calls
from backend.client.session import RemoteSession
from backend.errors import AnswerLost, BadAnswer, FileError, Refused, TargetError, Unsupported
from backend.models import Capabilities, FileInfo
from backend.wire import names
from backend.wire.messages import HttpAnswer, HttpRequest
from backend.wire.problems import WireError
from backend.wire.versions import ApiVersion, Option, borrowed
from backend.wire.versions import Call as Asked

UPLOAD_LIMIT = 128 << 20  # bytes that the service documents for one upload to a managed pool
PAGES = 10_000  # of a listing
UNREADABLE = "\ufffd"  # what a listing has in the place of bytes that are not UTF-8
_RENAME = "Rename it with code in the session, where os.listdir(b'.') has the name as bytes."


class RemoteFiles:
    """Lists, reads, writes and deletes session files. `calls` go to the target."""

    capabilities: Capabilities

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def session(self, name: str) -> RemoteSession:
        """The session of that name."""
        raise NotImplementedError

    async def list_files(
        self, session: str, directory: str = "", *, recursive: bool = False
    ) -> list[FileInfo]:
        """The entries of one directory, all pages of them; see Backend.list_files. Raises FileError."""
        with self._telling(session, directory or "The data directory"):
            folder = self._folder(directory)
            if recursive:
                self._needs(Asked.LIST_FILES, Option.RECURSIVE, "lists no directories in directories")
            return await self._listing(session, folder, recursive=recursive)

    async def everything(self, session: str) -> list[FileInfo]:
        """The files of a session, with those in folders where the version lists them. Raises TargetError."""
        return await self._listing(session, "", recursive=Option.RECURSIVE in self.calls.features.options)

    async def _listing(self, session: str, folder: str, *, recursive: bool) -> list[FileInfo]:
        request: HttpRequest | None = self.calls.wire.list_files(session, folder, recursive=recursive)
        found: dict[str, FileInfo] = {}
        for _ in range(PAGES):
            if request is None:
                break
            answer = await self._ask(session, request)
            with self._reading(answer):
                listing = self.calls.wire.read_files(answer, folder)
            found |= {file.path: file for file in listing.files}
            request = self.calls.next_page(request, listing.next_link)
        return list(found.values())

    async def file_info(self, session: str, path: str) -> FileInfo:
        """What is known of one file. Raises FileError."""
        with self._telling(session, path):
            answer = await self._ask(session, self.calls.wire.describe(session, self._path(path)))
            with self._reading(answer):
                return self.calls.wire.read_file(answer, self._path(path))

    async def read_file(self, session: str, path: str, *, offset: int = 0, limit: int | None = None) -> bytes:
        """Bytes of a file; only these are sent where the target knows ranges. Raises FileError."""
        if limit is not None and limit <= 0:
            return b""
        async with contextlib.aclosing(self._range(session, path, offset, limit)) as pieces:
            found = [piece async for piece in pieces]
        return b"".join(found)

    async def download(self, session: str, path: str) -> AsyncIterator[bytes]:
        """All bytes of a file, as they come. Raises FileError."""
        async with contextlib.aclosing(self._range(session, path, 0, None)) as pieces:
            async for piece in pieces:
                yield piece

    async def _range(
        self, session: str, path: str, offset: int, limit: int | None
    ) -> AsyncGenerator[bytes, None]:
        request = self._wanted(session, path, offset, limit)
        with self._telling(session, path):
            try:
                async with self.calls.download(request, self._session_of(session).standing.tell()) as (
                    answer,
                    pieces,
                ):
                    self._session_of(session).standing.answered(answer)
                    skip = 0 if answer.status == 206 else offset
                    left = limit
                    async for piece in pieces:
                        kept = piece[skip:]
                        skip = max(0, skip - len(piece))
                        if answer.status == 200 and (offset or (left is not None and len(kept) > left)):
                            self.capabilities = replace(self.capabilities, ranges=False)
                        kept = kept if left is None else kept[:left]
                        if kept:
                            yield kept
                        if left is not None:
                            left -= len(kept)
                            if left <= 0:
                                break
            except Refused as error:
                if error.status != 416:  # the file ends before the offset
                    raise

    def _wanted(self, session: str, path: str, offset: int, limit: int | None) -> HttpRequest:
        with self._telling(session, path):
            request = self.calls.wire.download(session, self._path(path))
        if not offset and limit is None:
            return request
        last = "" if limit is None else str(offset + limit - 1)
        return replace(request, headers={**request.headers, "Range": f"bytes={offset}-{last}"})

    def check_upload(self, path: str, size: int | None = None) -> None:
        """What `write_file` checks before it sends a byte. Raises FileError, Unsupported."""
        try:
            path = self._path(path)
            names.upload_name(path.rpartition("/")[2])
        except WireError as problem:
            raise FileError(problem.message, "Give it another name.") from None
        self._fits(path, size)

    async def write_file(
        self,
        session: str,
        path: str,
        content: AsyncIterator[bytes],
        size: int | None = None,
        *,
        replace: bool = True,
    ) -> FileInfo:
        """Write a file whole. What the target would not take is refused before a byte is sent.

        Raises FileError.
        """
        with self._telling(session, path):
            self.check_upload(path, size)
            path = self._path(path)
            name = path.rpartition("/")[2]
            if not replace and await self._is_listed(session, path):
                raise FileError(f"{path}: there is something of that name already.")
            self._session_of(session).tracker.forget()
            request = self.calls.wire.upload(session, path)
            body = multipart.upload(name, content, size)
            standing = self._session_of(session).standing
            answer = await self.calls.once(request, standing.tell(), None, body)
            standing.answered(answer)
            with self._reading(answer):
                return self.calls.wire.read_file(answer, path)

    async def delete_file(self, session: str, path: str, *, verify: bool = True) -> None:
        """Delete a file, and make sure: a target has been seen to say so and keep it. Raises FileError."""
        with self._telling(session, path):
            path = self._path(path)
            self._session_of(session).tracker.forget()
            await self._ask(session, self.calls.wire.delete(session, path))
        if verify and await self._is_listed(session, path):
            raise FileError(
                f"The target says that {path} is deleted, and lists it still.", "List the files again later."
            )

    async def make_directory(self, session: str, path: str) -> None:
        """No version of the API has a call for it. Raises Unsupported, and FileError for a wrong path."""
        _plain(path)
        raise Unsupported(
            "The API has no call that makes a folder.", f"Run in the session: import os; os.mkdir({path!r})"
        )

    async def move_file(self, session: str, path: str, new_path: str) -> None:
        """No version of the API has a call for it. Raises Unsupported, and FileError for a wrong path."""
        _plain(path)
        _plain(new_path)
        raise Unsupported(
            "The API has no call that renames a file.",
            f"Run in the session: import os; os.rename({path!r}, {new_path!r})",
        )

    async def _is_listed(self, session: str, path: str) -> bool:
        folder, _ = names.split(path)
        return any(file.path == path for file in await self.list_files(session, folder))

    def _session_of(self, session: str) -> RemoteSession:
        return self.session(session)

    async def _ask(self, session: str, request: HttpRequest) -> HttpAnswer:
        standing = self._session_of(session).standing
        answer = await self.calls.repeated(request, standing.tell())
        standing.answered(answer)
        return answer

    def _path(self, path: str) -> str:
        _plain(path)
        folder, name = names.split(path)
        return names.joined(self._folder(folder), name)

    def _folder(self, directory: str) -> str:
        if directory:
            _plain(directory)
        folder = names.directory(directory)
        if folder:
            self._needs(Asked.LIST_FILES, Option.FOLDERS, "knows no folders")
        return folder

    def _needs(self, call: Asked, option: Option, lack: str) -> None:
        """Raises Unsupported when the version lacks it: not every target of an old one has another."""
        version = self.calls.wire.version
        if option not in self.calls.features.options:
            first: ApiVersion = borrowed(call, version, option)
            raise Unsupported(f"API version {version} {lack}.", f"{first} is the first that does.")

    def _fits(self, path: str, size: int | None) -> None:
        if size is not None and size > UPLOAD_LIMIT and self.calls.endpoint.kind is Kind.POOL:
            raise FileError(
                f"{path} has {size >> 20:,} MB, and a pool takes {UPLOAD_LIMIT >> 20} MB in one upload.",
                "Split it, or pack it.",
            )

    @contextlib.contextmanager
    def _reading(self, answer: HttpAnswer) -> Iterator[None]:
        """An answer that cannot be read as a BadAnswer."""
        try:
            yield
        except WireError as problem:
            raise self.calls.unreadable(answer, problem) from None

    @contextlib.contextmanager
    def _telling(self, session: str, what: str) -> Iterator[None]:
        """What is wrong with a file as a FileError; what is wrong with the target stays a TargetError."""
        try:
            yield
        except WireError as problem:
            raise FileError(problem.message, _RENAME if UNREADABLE in problem.message else "") from None
        except Refused as error:
            self._session_of(session).standing.failed(error)
            raise _file_error(error, what) from None
        except AnswerLost as error:
            raise FileError(
                f"{what}: {error.message}", "Look at the list of files before doing it again."
            ) from None
        except TargetError as error:
            if not isinstance(error, BadAnswer):
                self._session_of(session).standing.failed(error)
            raise


def _file_error(error: Refused, what: str) -> FileError:
    if error.status == 404 and UNREADABLE in what:
        return FileError(f"{what}: its name is not UTF-8, and the API has no other.", _RENAME)
    if error.status == 404:
        return FileError(f"{what}: the target has no such file, or no such session.", error.message)
    if error.status == 413:
        return FileError(f"{what} is larger than the target takes: {error.message}", "Split it, or pack it.")
    if error.status == 507:
        said = f"{what}: no space is left at the target: {error.message}"
        return FileError(said, "Delete files there, then try again.")
    return FileError(f"{what}: {error.message}", error.hint)


def _plain(path: str) -> None:
    """Raises FileError for a path that says more than it names: the wire would make it shorter."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise FileError(
            f"{path!r} is not the path of a session file.", "Paths are relative and have no . or .. in them."
        )
