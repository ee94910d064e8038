"""A notebook, a script or a bundle as a new local session: the command line and the app do it alike."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

from backend.connect import connect
from backend.errors import UsageError
from backend.models import Status, Target
from backend.records import dataclass
from workbench.export import notebook, script
from workbench.export.listing import BundledFile
from workbench.export.unpack import Bundle, unpack
from workbench.format import count, size
from workbench.history.entry import Entry, KeptFile
from workbench.history.store import History
from workbench.sanitize import sanitize_line
from workbench.setup import Setup

PROFILE = "local"
_NAMES = 1000


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file has, checked: executions, files, and sentences on what was left out."""

    name: str
    entries: tuple[Entry, ...]
    bundle: Bundle | None = None
    left_out: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[BundledFile, ...]:
        """The files of the session."""
        return self.bundle.files if self.bundle is not None else ()

    @property
    def words(self) -> str:
        """`3 executions, 2 files (6 B)`."""
        said = [count(len(self.entries), "execution")]
        if self.files:
            bytes_of_files = size(sum(file.size for file in self.files))
            said.append(f"{count(len(self.files), 'file')} ({bytes_of_files})")
        return ", ".join(said)


def incoming(path: Path, *, without_scripts: bool = False) -> Incoming:
    """What a file has. Raises UsageError with the reason; ScriptsError for outputs that would run."""
    ending = path.suffix.lower()
    if ending == ".zip":
        packed = unpack(path, without_scripts=without_scripts)
        return Incoming(packed.session, packed.entries, packed, packed.left_out)
    if ending not in (".ipynb", ".py"):
        raise UsageError(f"{path} ends in none of .ipynb, .py, .zip.", "The ending says how it is read.")
    data = _bytes(path)
    if ending == ".ipynb":
        read = notebook.read(data, path.name, without_scripts=without_scripts)
        return Incoming(path.stem, read.entries, left_out=read.left_out)
    try:
        codes_of = script.codes(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8 (byte {error.start}).", "Convert it, for example with iconv."
        ) from None
    return Incoming(path.stem, tuple(_unrun(code, path.name) for code in codes_of))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(notebook.MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None


def _unrun(code: str, name: str) -> Entry:
    message = f"Imported from {name}, where it had not been run."
    return Entry(
        str(uuid.uuid4()),
        code,
        "",
        status=Status.LOST,
        message=message,
        started_at=time.time(),
        files_changed=None,
    )


async def take_in(setup: Setup, history: History, what: Incoming, wanted: str | None = None) -> str:
    """Make a local session of it, called `wanted` where that is free; the session's identifier.

    All of it comes, or nothing. Raises WorkbenchError.
    """
    if not what.entries and not what.files:
        raise UsageError("There is nothing in it to import.", "A cell of code is what becomes an execution.")
    session = await _free(history, setup, wanted or _plain(what.name), named=wanted is not None)
    try:
        await _bring_files(setup, session, what)
        await history.add(_adopted(what.entries, session))
        await _keep_contents(history, session, what)
    except BaseException:
        await asyncio.to_thread(setup.erase, session)
        raise
    return session


def _plain(name: str) -> str:
    """A name for a session, of a text from outside."""
    return sanitize_line(name).strip("… ")[:100].strip() or "imported"


async def _free(history: History, setup: Setup, name: str, *, named: bool) -> str:
    """A session that nobody has used: of this name, else `NAME-2`, `NAME-3`…"""
    for number in range(1, _NAMES):
        session = name if number == 1 else f"{name}-{number}"
        if not await history.recent(session, limit=1) and not setup.folder(session).exists():
            return session
        if named:
            raise UsageError(
                f"There is a session {session!r} already.", "Choose another name with --session."
            )
    raise UsageError(f"All sessions named like {name!r} are in use.", "Name another with --session.")


def _adopted(entries: Sequence[Entry], session: str) -> list[Entry]:
    """The entries as those of a local session, under ids of their own: one file may be imported twice."""
    adopted = []
    for number, entry in enumerate(entries, 1):
        message = entry.message
        if not message.startswith("Imported"):
            ran = f"Imported; it ran at {entry.profile}." if entry.profile else "Imported."
            message = f"{ran} {message}".strip()
        status = entry.status if entry.status.final else Status.LOST
        adopted.append(
            replace(
                entry,
                id=str(uuid.uuid4()),
                session=session,
                profile=PROFILE,
                number=entry.number or number,
                status=status,
                message=message,
                spool=("", ""),
                fresh=entry.fresh or number == 1,
            )
        )
    return adopted


async def _bring_files(setup: Setup, session: str, what: Incoming) -> None:
    """Write the files into the data directory of the new session, which nobody else has yet."""
    if what.bundle is None or not what.files:
        return
    backend = connect(Target(), setup.paths.data, warm=False)
    try:
        await backend.list_files(session)  # makes the session's folder
        data = setup.folder(session) / "data"
        for file in what.files:
            await asyncio.to_thread((data / file.path).parent.mkdir, parents=True, exist_ok=True)
            await backend.write_file(session, file.path, _content(what.bundle, file), file.size)
    finally:
        await backend.close()


async def _keep_contents(history: History, session: str, what: Incoming) -> None:
    """Keep what files held after executions, as far as this machine has room for it."""
    if what.bundle is None:
        return
    kept = []
    with contextlib.suppress(OSError):
        for file in what.bundle.contents:
            pieces = what.bundle.content(file)
            digest = await asyncio.to_thread(history.blobs.put_pieces, pieces)
            kept.append(KeptFile(file.path, digest, file.size, time.time(), file.number))
    await history.keep_files(PROFILE, session, kept)


async def _content(packed: Bundle, file: BundledFile) -> AsyncIterator[bytes]:
    pieces = packed.content(file)
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
