"""Standard input, output and error of the process, which need not be there or writable."""

from __future__ import annotations

import errno
import os
import sys

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""What a write to a stream can fail with besides a reader that went away."""


def complete() -> None:
    """Put /dev/null where the process was started without a standard stream (`>&-`).

    Without it the next file that opens gets the number 1, and what is printed goes there.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one
            assert opened == number
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def silence() -> None:
    """After a failed write: keep the interpreter's own flush at exit from failing and complaining again."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
