"""An entry as bytes and back, without loss, and its text as the search index may see it."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from backend.models import Change, ErrorInfo, FileChange, MimeBundle, Status, Stream
from workbench.history.entry import Entry, Segment

# the index keeps the head and the tail of an output: a trigram index is about three times its text
INDEXED_CHARACTERS = 65_536

# from here on an entry is compressed: 64 kB of printed lines become 6 in 0.5 ms
_COMPRESSED_FROM = 4_096

_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def encode(entry: Entry) -> bytes:
    """The whole entry as one line of JSON. Lone surrogates and NUL survive (`surrogatepass`)."""
    error, files = entry.error, entry.files_changed
    record = {
        "id": entry.id,
        "code": entry.code,
        "session": entry.session,
        "number": entry.number,
        "profile": entry.profile,
        "api_version": entry.api_version,
        "isolation": entry.isolation,
        "status": entry.status.value,
        "state_lost": entry.state_lost,
        "fresh": entry.fresh,
        "segments": [_segment(segment) for segment in entry.segments],
        "value": _bundle(entry.value),
        "error": error and [error.name, error.message, error.traceback],
        "message": entry.message,
        "started_at": entry.started_at,
        "duration_ms": entry.duration_ms,
        "files_changed": None if files is None else [[f.path, f.change.value, f.size] for f in files],
        "dropped": list(entry.dropped),
        "sizes": list(entry.sizes),
        "spool": list(entry.spool),
        "left_running": list(entry.left_running),
        "truncated": [stream.value for stream in entry.truncated],
        "exchanges": [dict(exchange) for exchange in entry.exchanges],
    }
    return json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Entry:
    """The entry that `encode` was given, also by versions that wrote less.

    Raises ValueError, KeyError or TypeError for anything else.
    """
    record: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    error, files = record["error"], record["files_changed"]
    out, err = record["dropped"]
    out_size, err_size = record.get("sizes", (0, 0))
    out_file, err_file = record.get("spool", ("", ""))
    return Entry(
        id=record["id"],
        code=record["code"],
        session=record["session"],
        number=record["number"],
        profile=record["profile"],
        api_version=record["api_version"],
        isolation=record["isolation"],
        status=Status(record["status"]),
        state_lost=record["state_lost"],
        segments=tuple(
            Segment(Stream(stream) if stream else None, text, bundle, late)
            for stream, text, bundle, late in record["segments"]
        ),
        value=record["value"],
        error=ErrorInfo(*error) if error else None,
        message=record["message"],
        started_at=record["started_at"],
        duration_ms=record["duration_ms"],
        files_changed=None
        if files is None
        else tuple(FileChange(path, Change(change), size) for path, change, size in files),
        dropped=(out, err),
        sizes=(out_size, err_size),
        spool=(out_file, err_file),
        left_running=tuple(record.get("left_running", ())),
        truncated=tuple(map(Stream, record.get("truncated", ()))),
        exchanges=tuple(record.get("exchanges", ())),
        fresh=bool(record.get("fresh", False)),
    )


def pack(entry: Entry) -> bytes:
    """The entry as the database keeps it: its line of JSON, compressed where that helps."""
    data = encode(entry)
    if len(data) < _COMPRESSED_FROM:
        return data
    packed = zlib.compress(data, 1)
    return packed if len(packed) < 0.9 * len(data) else data


def unpack(data: bytes) -> Entry:
    """The entry that `pack` was given. Raises ValueError, KeyError or TypeError for anything else."""
    if data[:1] == b"{":
        return decode(data)
    try:
        return decode(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def changed_paths(entry: Entry) -> list[str]:
    """The files that the entry has changed, as the database keeps their names."""
    return [storable(change.path) for change in entry.files_changed or ()]


def storable(text: str) -> str:
    """`text` as an SQLite column takes it: NUL (which ends LIKE early) and lone surrogates become U+FFFD."""
    return text if text.isascii() and "\0" not in text else _NOT_STORABLE.sub("\ufffd", text)


def indexed_output(entry: Entry) -> str:
    """What a search looks through beside the code: output, value, error and message, without colours.

    Of a text longer than INDEXED_CHARACTERS the head and the tail remain.
    """
    text = "\n".join(part for part in _texts(entry) if part)
    if len(text) > 2 * INDEXED_CHARACTERS:
        text = _ends(text, 2 * INDEXED_CHARACTERS)
    return storable(_ends(_ESCAPE_SEQUENCE.sub("", text), INDEXED_CHARACTERS))


def _texts(entry: Entry) -> Iterator[str]:
    yield "".join(segment.text for segment in entry.segments)
    for segment in entry.segments:
        yield _plain(segment.bundle)
    yield _plain(entry.value)
    yield entry.error.traceback or f"{entry.error.name}: {entry.error.message}" if entry.error else ""
    yield entry.message


def _plain(bundle: MimeBundle | None) -> str:
    text = bundle.get("text/plain") if bundle else None
    return text if isinstance(text, str) else ""


def _ends(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit // 2]}\n{text[-(limit // 2) :]}"


def _segment(segment: Segment) -> list[Any]:
    stream = segment.stream.value if segment.stream else None
    return [stream, segment.text, _bundle(segment.bundle), segment.late]


def _bundle(bundle: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if bundle is None else dict(bundle)
