"""Code that goes for the witness itself, at levels that promise to keep it away (rows 6, 12, 33 and 36).

`TARGET` in the code is what it is told about the witness: process, real data directory, temporary directory.
"""

from __future__ import annotations

from tests.torture.cell import APART, Cell, Need, fine

TARGET = "TARGET"
TRY = (
    "import ctypes, os, shutil, signal\npid, data, temporary = TARGET\ndef tried(deed, *rest):\n"
    "    try: deed(*rest)\n    except (OSError, ValueError) as error: return type(error).__name__\n"
    "    return 'done'\n"
)
DENIED = "print('denied' if tried({}) != 'done' else 'allowed')"


def _denied(row: int, name: str, deed: str, **more: Need) -> Cell:
    return fine(row, name, TRY + DENIED.format(deed), "denied", levels=APART, **more)


CELLS: tuple[Cell, ...] = (
    _denied(6, "the witness is to be killed", "os.kill, pid, 9", need=Need.SCOPED_SIGNALS),
    _denied(6, "the witness is to be stopped", "os.kill, pid, 19", need=Need.SCOPED_SIGNALS),
    _denied(6, "the witness's group is to be killed", "os.killpg, pid, 9", need=Need.SCOPED_SIGNALS),
    _denied(
        6,
        "the witness is to be interrupted",
        "lambda: signal.pidfd_send_signal(os.pidfd_open(pid), 2)",
        need=Need.SCOPED_SIGNALS,
    ),
    _denied(33, "the witness's files are to be listed", "os.listdir, data"),
    _denied(33, "the witness's file is to be read", "open, data + '/token'"),
    _denied(33, "the witness's file is to be written", "open, data + '/token', 'w'"),
    _denied(33, "the witness's file is to be deleted", "os.unlink, data + '/token'"),
    _denied(33, "the witness's file is to be cut off", "os.truncate, data + '/token', 0"),
    _denied(33, "the witness's files are to be moved", "os.rename, data, data + '-moved'"),
    _denied(33, "the witness's files are to be deleted", "shutil.rmtree, data"),
    _denied(33, "the witness's rights are to be taken", "os.chmod, data, 0"),
    _denied(33, "the witness's temporary file is to be deleted", "os.unlink, temporary + '/token'"),
    _denied(36, "the witness's memory is to be written", "open, f'/proc/{pid}/mem', 'r+b'"),
    _denied(36, "the witness's output is to be written", "open, f'/proc/{pid}/fd/1', 'w'"),
    _denied(
        36, "the witness's files are to be reached by its root", "os.listdir, f'/proc/{pid}/root/mnt/data'"
    ),
    _denied(36, "the witness's environment is to be read", "open, f'/proc/{pid}/environ'"),
)
