"""A bundle from anywhere: everything about it is checked before anything of it is used.

Members are never extracted by name: only the names that a bundle has are read, and where a file goes is told
by a path of the manifest, which leads nowhere but below the data directory.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from backend.errors import UsageError
from backend.records import dataclass
from workbench.export import bundle
from workbench.export.active import ScriptsError, active
from workbench.export.listing import DIGEST, BundledFile, contents, files, refused
from workbench.export.notebook import WITHOUT
from workbench.format import count
from workbench.history import codec
from workbench.history.entry import Entry

MOST_MEMBERS = 20_000
MOST_BYTES = 8 << 30
"""Bytes of all members, unpacked."""
MOST_ENTRIES_BYTES = 1 << 30
MOST_MANIFEST_BYTES = 32 << 20
FREE_BYTES = 64 << 20
RATIO = 200
"""A member that unpacks to more than FREE_BYTES, and to more than RATIO times its size, is a bomb."""

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked bundle. `environment` is runtimes and packages as (name, version)."""

    path: Path
    session: str
    profile: str
    entries: tuple[Entry, ...]
    files: tuple[BundledFile, ...]
    environment: Mapping[str, tuple[tuple[str, str], ...]]
    left_out: tuple[str, ...] = ()
    contents: tuple[BundledFile, ...] = ()
    """What files held after executions."""

    def content(self, file: BundledFile) -> Iterator[bytes]:
        """The bytes of a file, piece by piece. Raises UsageError when the bundle was changed meanwhile."""
        with zipfile.ZipFile(self.path) as packed:
            yield from _pieces(packed, bundle.FILES + file.digest, self.path.name)


def unpack(path: Path, *, without_scripts: bool = False) -> Bundle:
    """The bundle in a file, every part of it read and checked. Raises UsageError with the reason."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as packed:
            _check_members(packed, name)
            manifest = _manifest(packed, name)
            listed, past = tuple(files(manifest, name)), tuple(contents(manifest, name))
            total = sum(file.size for file in (*listed, *past))
            if total > MOST_BYTES:
                raise refused(
                    name, f"its files have {total >> 20:,} MB, and {MOST_BYTES >> 20:,} MB are read"
                )
            for file in {(file.digest, file.size): file for file in (*listed, *past)}.values():
                _check_content(packed, file, name)
            entries, dropped = _entries(packed, name, without_scripts)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.", "Check the path.") from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise refused(name, f"it is damaged ({error})") from None
    if len(entries) != manifest.get("entries"):
        raise refused(name, "entries are missing from it")
    left_out = (f"{count(dropped, 'output')} with scripts left out",) if dropped else ()
    environment = manifest.get("environment")
    return Bundle(
        path,
        _text(manifest, "session", name),
        _text(manifest, "profile", name),
        entries,
        listed,
        _environment(environment if isinstance(environment, dict) else {}),
        left_out,
        past,
    )


def _check_members(packed: zipfile.ZipFile, name: str) -> None:
    members = packed.infolist()
    if len(members) > MOST_MEMBERS:
        raise refused(name, f"it has {len(members):,} members, and {MOST_MEMBERS:,} are read")
    seen: set[str] = set()
    total = 0
    for member in members:
        shown = member.filename[:80]
        if member.filename in seen:
            raise refused(name, f"it has two members {shown!r}")
        seen.add(member.filename)
        if member.flag_bits & 1:
            raise refused(name, f"{shown!r} is encrypted")
        if not _belongs(member.filename):
            outside = member.filename.startswith(("/", "\\")) or ".." in member.filename
            why = "leads outside" if outside else "belongs to no bundle"
            raise refused(name, f"the member {shown!r} {why}")
        if member.file_size > max(FREE_BYTES, RATIO * max(member.compress_size, 1)):
            raise refused(
                name,
                f"{shown!r} unpacks to {member.file_size >> 20:,} MB out of {member.compress_size:,} bytes",
            )
        total += member.file_size
    if total > MOST_BYTES:
        raise refused(name, f"it unpacks to {total >> 20:,} MB, and {MOST_BYTES >> 20:,} MB are read")
    for needed in (bundle.MANIFEST, bundle.ENTRIES):
        if needed not in seen:
            raise refused(name, f"{needed} is missing from it")


def _belongs(member: str) -> bool:
    if member in (bundle.MANIFEST, bundle.ENTRIES):
        return True
    return member.startswith(bundle.FILES) and DIGEST.fullmatch(member.removeprefix(bundle.FILES)) is not None


def _manifest(packed: zipfile.ZipFile, name: str) -> dict[str, Any]:
    found = _json(_small(packed, bundle.MANIFEST, MOST_MANIFEST_BYTES, name), bundle.MANIFEST, name)
    if not isinstance(found, dict) or found.get("format") != bundle.FORMAT:
        raise refused(name, "its manifest is not one of a session bundle")
    version = found.get("version")
    if not isinstance(version, int) or version > bundle.VERSION:
        raise UsageError(
            f"{name} is a bundle of version {version}, and this workbench reads {bundle.VERSION}.",
            "Import it with a later workbench.",
        )
    return found


def _check_content(packed: zipfile.ZipFile, file: BundledFile, name: str) -> None:
    seen, size = hashlib.sha256(), 0
    for piece in _pieces(packed, bundle.FILES + file.digest, name):
        seen.update(piece)
        size += len(piece)
    if seen.hexdigest() != file.digest or size != file.size:
        raise refused(name, f"the content of {file.path[:80]!r} is not what it was")


def _pieces(packed: zipfile.ZipFile, member: str, name: str) -> Iterator[bytes]:
    try:
        with packed.open(member) as opened:
            while piece := opened.read(_PIECE):
                yield piece
    except KeyError:
        raise refused(name, f"{member[:20]}… is missing from it") from None
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise refused(name, f"it is damaged ({error})") from None
    except Exception as error:
        if type(error).__name__ == "error":  # zlib.error
            raise refused(name, f"it is damaged ({error})") from None
        raise


def _small(packed: zipfile.ZipFile, member: str, most: int, name: str) -> bytes:
    size = packed.getinfo(member).file_size
    if size > most:
        raise refused(name, f"{member} has {size >> 20:,} MB, and {most >> 20:,} MB are read")
    return b"".join(_pieces(packed, member, name))


def _json(data: bytes, member: str, name: str) -> Any:
    try:
        return json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise refused(name, f"{member} is damaged") from None


def _entries(packed: zipfile.ZipFile, name: str, without_scripts: bool) -> tuple[tuple[Entry, ...], int]:
    found: list[Entry] = []
    dropped = 0
    lines = _small(packed, bundle.ENTRIES, MOST_ENTRIES_BYTES, name).splitlines()
    for number, line in enumerate(lines, 1):
        entry = _entry(line, number, name)
        still, gone = _still(entry)
        if gone and not without_scripts:
            raise ScriptsError(
                f"Execution [{entry.number}] of {name} has an output with {gone[0]}; nothing was imported.",
                WITHOUT,
            )
        dropped += len(gone)
        found.append(still)
    return tuple(found), dropped


def _entry(line: bytes, number: int, name: str) -> Entry:
    """An entry whose fields are of the types they should be, without the names of files of this machine."""
    from pydantic import TypeAdapter, ValidationError

    try:
        entry = codec.decode(line)
        checked: Entry = TypeAdapter(Entry).validate_python(asdict(entry))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError):
        raise refused(name, f"line {number} of {bundle.ENTRIES} is damaged") from None
    return replace(checked, spool=("", ""))


def _still(entry: Entry) -> tuple[Entry, list[str]]:
    """The entry without outputs that would run in a browser, and what these are."""
    gone = [found for segment in entry.segments if segment.bundle and (found := active(segment.bundle))]
    segments = tuple(each for each in entry.segments if not each.bundle or not active(each.bundle))
    value = entry.value
    if value and (found := active(value)):
        gone.append(found)
        value = {mime: content for mime, content in value.items() if mime == "text/plain"} or None
    return replace(entry, segments=segments, value=value), gone


def _environment(told: Mapping[str, Any]) -> dict[str, tuple[tuple[str, str], ...]]:
    found = {}
    for kind in ("runtimes", "packages"):
        pairs = told.get(kind)
        pairs = pairs if isinstance(pairs, list) else []
        found[kind] = tuple(
            (str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2
        )
    return found


def _text(manifest: Mapping[str, Any], key: str, name: str) -> str:
    value = manifest.get(key)
    if not isinstance(value, str) or len(value) > 256:
        raise refused(name, f"its manifest has no {key}")
    return value
