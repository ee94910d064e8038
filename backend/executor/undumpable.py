"""Keeping the program's memory from the code it runs: an ordinary user's processes may read each other's."""

from __future__ import annotations

import functools
import sys

PR_SET_DUMPABLE = 4  # linux/prctl.h


@functools.cache
def become() -> bool:
    """Make this process non-dumpable (prctl(2), Linux), once: code that it runs as the same user cannot read
    its environment, memory and open files, nor trace it. Root is not stopped. Whether it is so now.

    ctypes costs 8 ms, so this is called when the first interpreter is ready: after the first frame, before
    any code of a session.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False
