"""Giving up every capability (capabilities(7)), those that a new user namespace brings included."""

from __future__ import annotations

import ctypes

from . import kernel

VERSION_3 = 0x20080522  # linux/capability.h
LAST = 63


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def drop_all() -> None:
    """No capability now, and none to be had again by starting a program. Raises OSError."""
    for number in range(LAST + 1):
        try:
            kernel.prctl(kernel.PR_CAPBSET_DROP, number)
        except OSError:  # past the last one that this kernel knows, or not ours to drop
            break
    header = _Header(VERSION_3, 0)
    nothing = (_Data * 2)()
    kernel.check(kernel.libc.capset(ctypes.byref(header), ctypes.byref(nothing)), "capset")
