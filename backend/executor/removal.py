"""Removing a directory with all in it, however deep code has nested it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove_tree(name: str, folder: int) -> None:
    """Remove the directory `name` in the directory `folder` (a descriptor). Raises OSError."""
    try:
        shutil.rmtree(name, dir_fd=folder)
    except RecursionError:  # shutil descends by recursion before Python 3.13
        _flatten(name, folder)
        shutil.rmtree(name, dir_fd=folder)


def _flatten(name: str, folder: int) -> None:
    """Move every directory below `name` right into it, so that nothing is deep any more."""
    top = os.open(name, DIRECTORY, dir_fd=folder)
    try:
        waiting = _directories(top)
        while waiting:
            below = os.open(waiting.pop(), DIRECTORY, dir_fd=top)
            try:
                for inner in _directories(below):
                    moved = secrets.token_hex(16)
                    with contextlib.suppress(FileNotFoundError):
                        os.rename(inner, moved, src_dir_fd=below, dst_dir_fd=top)
                        waiting.append(moved)
            finally:
                os.close(below)
    finally:
        os.close(top)


def _directories(fd: int) -> list[str]:
    with os.scandir(fd) as entries:
        return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
