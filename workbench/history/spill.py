"""The spill file: entries that the database would not take, one JSON object a line, synced to disk."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.history.codec import decode, encode
from workbench.history.entry import Entry
from workbench.history.owners import try_lock

# another process holds the lock for one append or one reading; a stuck one must not stop a run
_LOCK_SECONDS = 2.0
_OWNER_SEPARATOR = b"\t"


def append(path: Path, entry: Entry, owner: str) -> None:
    """Add a line `OWNER<tab>JSON` and sync it. Raises OSError."""
    line = owner.encode("ascii") + _OWNER_SEPARATOR + encode(entry) + b"\n"
    with _locked(path, os.O_RDWR | os.O_CREAT | os.O_APPEND) as descriptor:
        if os.lseek(descriptor, 0, os.SEEK_END):
            os.lseek(descriptor, -1, os.SEEK_END)
            if os.read(descriptor, 1) != b"\n":
                line = b"\n" + line  # an append that was cut short
        view = memoryview(line)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)


def take_in(path: Path, keep: Callable[[Entry, str], None]) -> int:
    """Give each entry and its owner to `keep`, in the order they came, then empty the file.

    Tells how many. A line that does not read (the last one of a killed process) is passed over. When
    `keep` raises, the file stays as it is. Raises OSError for a file that cannot be read.
    """
    if not path.exists():
        return 0
    count = 0
    with _locked(path, os.O_RDWR) as descriptor:
        with open(descriptor, "rb", closefd=False) as file:
            for line in file:
                owner, _, data = line.rstrip(b"\n").partition(_OWNER_SEPARATOR)
                try:
                    entry = decode(data)
                except (ValueError, KeyError, TypeError):
                    continue
                keep(entry, owner.decode("ascii", "replace"))
                count += 1
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
    return count


@contextmanager
def _locked(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags, 0o600)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not try_lock(descriptor):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path.name} is locked by another process")
            time.sleep(0.01)
        yield descriptor
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
