"""Undoing what code did to the interpreter that the worker itself runs on."""

from __future__ import annotations

import builtins
import functools
import os
import sys
from itertools import repeat
from operator import is_not
from typing import Any, Dict, NamedTuple

GONE = "The working directory was gone; it is the session's data directory again.\n"
OURS = frozenset(("__import__", "__build_class__"))  # always put back: the shell cannot do without them


class Kept(NamedTuple):
    """Modules and builtins as they were before any code."""

    modules: Dict[str, Any]
    builtins: Dict[str, Any]


@functools.lru_cache(maxsize=None)
def remember() -> Kept:
    """Taken in the nursery: a copy made in a worker writes to the reference count of every module, 1.3 MB."""
    return Kept(dict(sys.modules), dict(vars(builtins)))


class Repair:
    """Remembers at start what must be there, and puts back what is missing.

    What code replaces by something that can be called is code's own affair and stays, OURS apart.
    """

    def __init__(self, folder: str, real: str) -> None:
        """`folder` is the data directory as code sees it, `real` its path where it is kept."""
        self._folder = folder
        self._real = real
        kept = remember()
        self._modules = kept.modules
        self._builtins = kept.builtins
        self._names = list(self._builtins)
        self._originals = list(self._builtins.values())
        self._namespace = vars(builtins)
        # bound now: code may patch the modules
        self._sys = sys
        self._getcwd = os.getcwd
        self._makedirs = os.makedirs
        self._chdir = os.chdir
        self._settrace = sys.settrace
        self._setprofile = sys.setprofile

    def calm(self) -> None:
        """After code: no trace function of its may run, and raise, in the worker's loop."""
        for stop in (self._settrace, self._setprofile):
            try:
                stop(None)
            except BaseException:
                pass

    def names(self) -> None:
        """Builtins that are missing or cannot be called any more, and a cleared sys.modules."""
        found = list(map(self._namespace.get, self._names, repeat(self)))
        if any(map(is_not, found, self._originals)):
            for name, now, original in zip(self._names, found, self._originals):
                if now is not original and (
                    name in OURS or now is self or callable(original) > callable(now)
                ):
                    self._namespace[name] = original
        modules = self._sys.modules
        if not isinstance(modules, dict) or "builtins" not in modules or "sys" not in modules:
            self._sys.modules = modules if isinstance(modules, dict) else {}
            self._sys.modules.update(self._modules)

    def _go(self, folder: str) -> bool:
        """Change to a folder, made anew if need be; whether it is a real one. Raises OSError."""
        self._makedirs(folder, 0o700, True)
        self._chdir(folder)
        try:
            self._getcwd()
        except OSError:
            return False
        return True

    def place(self) -> None:
        """A working directory that was removed: back to the data directory, made anew if need be."""
        try:
            self._getcwd()
            return
        except OSError:
            pass
        try:
            if not self._go(self._folder):  # /mnt/data goes on showing a directory that was removed
                self._go(self._real)
            self._sys.stderr.write(GONE)
        except OSError as error:
            self._chdir("/")
            self._sys.stderr.write(
                "%s cannot be used (%s); the working directory is /.\n" % (self._folder, error)
            )
