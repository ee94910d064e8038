"""A session as one file: a zip with its entries, its files by content, and what it ran in.

manifest.json       what it is: format, version, session, target, environment, the paths of the files,
                    and what they held after executions, as far as that is kept
entries.jsonl       the executions with their outputs, one a line, as history keeps them
files/SHA256        the content of the files
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
import time
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import IO, Any

from backend.models import FileInfo, PoolInfo
from backend.records import dataclass
from workbench.history import codec
from workbench.history.entry import Entry, KeptFile
from workbench.identifiers import brief, looks_random, masked

FORMAT = "session-workbench bundle"
VERSION = 1
MANIFEST = "manifest.json"
ENTRIES = "entries.jsonl"
FILES = "files/"

_IN_MEMORY = 8 << 20  # bytes of a file that is packed without going to the disk first
_PIECE = 1 << 20

Content = Callable[[FileInfo], AsyncIterator[bytes]]
"""The bytes of a session file. Raises WorkbenchError."""
KeptContent = Callable[[KeptFile], AsyncIterator[bytes]]
"""The bytes of a content that is kept. Raises WorkbenchError."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What a bundle has: how many entries and files, and the bytes of these."""

    entries: int
    files: int
    bytes: int


async def pack(
    out: IO[bytes],
    entries: Sequence[Entry],
    files: Sequence[FileInfo],
    content: Content,
    pool: PoolInfo,
    past: tuple[Sequence[KeptFile], KeptContent] | None = None,
) -> Packed:
    """Write the bundle of a session, with an identifier that looks random masked: it opens the session.

    `past` are contents that files had after executions. Raises what the contents raise, and OSError.
    """
    listed: list[dict[str, Any]] = []
    names: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
        for file in files:
            digest, size = await _pack_file(packed, names, content(file))
            listed.append({"path": file.path, "sha256": digest, "size": size, "modified": file.modified})
        held = await _pack_past(packed, names, past)
        secrets = [entries[0].session] if entries and looks_random(entries[0].session) else []
        lines = b"".join(_line(entry, secrets) for entry in entries)
        await asyncio.to_thread(packed.writestr, ENTRIES, lines)
        manifest = json.dumps(_manifest(entries, listed, held, pool), indent=1)
        await asyncio.to_thread(packed.writestr, MANIFEST, masked(manifest, secrets))
    return Packed(len(entries), len(listed), sum(file["size"] for file in listed))


async def _pack_past(
    packed: zipfile.ZipFile, names: set[str], past: tuple[Sequence[KeptFile], KeptContent] | None
) -> list[dict[str, Any]]:
    listed = []
    for file in past[0] if past else ():
        if past and file.digest not in names:
            await _pack_file(packed, names, past[1](file))
        one = {"path": file.path, "sha256": file.digest, "size": file.size, "number": file.number or 0}
        listed.append(one)
    return listed


async def _pack_file(
    packed: zipfile.ZipFile, names: set[str], pieces: AsyncIterator[bytes]
) -> tuple[str, int]:
    """Put a file under its hash, once; hash and size."""
    seen = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as beside:
        async for piece in pieces:
            seen.update(piece)
            await asyncio.to_thread(beside.write, piece)
        size = beside.tell()
        digest = seen.hexdigest()
        if digest not in names:
            names.add(digest)
            beside.seek(0)
            await asyncio.to_thread(_copy, packed, FILES + digest, beside)
    return digest, size


def _copy(packed: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    with packed.open(name, "w", force_zip64=True) as member:
        while piece := source.read(_PIECE):
            member.write(piece)


def _line(entry: Entry, secrets: Sequence[str]) -> bytes:
    """An entry without what belongs to this machine only."""
    line = codec.encode(replace(entry, spool=("", ""))).decode("utf-8", "surrogatepass")
    return masked(line, secrets).encode("utf-8", "surrogatepass") + b"\n"


def _manifest(
    entries: Sequence[Entry],
    files: Sequence[dict[str, Any]],
    contents: Sequence[dict[str, Any]],
    pool: PoolInfo,
) -> dict[str, Any]:
    first = entries[0] if entries else Entry("", "", "")
    return {
        "format": FORMAT,
        "version": VERSION,
        "created_at": time.time(),
        "session": brief(first.session),
        "profile": first.profile,
        "api_version": first.api_version,
        "entries": len(entries),
        "environment": {
            "runtimes": [list(each) for each in pool.runtimes],
            "packages": [list(each) for each in pool.packages],
        },
        "files": list(files),
        "contents": list(contents),
    }
