"""Undoing what code did to the interpreter that the worker itself runs on."""

from __future__ import annotations

import builtins
import functools
import os
import sys
from itertools import repeat
from operator import is_not
from typing import Any, Dict, List, NamedTuple

PLACE = "/mnt/data"
GONE = "The working directory was gone; it is the session's data directory again."
ANEW = "The session's data directory was taken away; the working directory is a new one, %s."
UNUSABLE = "The session's data directory cannot be used (%s)%s."
BACK = " " + PLACE + " is back with the session's next restart."
_any, _callable, _isinstance, _len, _list, _map, _zip = any, callable, isinstance, len, list, map, zip
_dict = dict  # code may delete them all
OURS = frozenset(("__import__", "__build_class__"))  # always put back: the shell cannot do without them


class Kept(NamedTuple):
    """Modules and names of builtins as they were before any code."""

    modules: Dict[str, Any]
    names: List[str]


@functools.lru_cache(maxsize=None)
def remember() -> Kept:
    """Taken in the nursery: a copy made in a worker writes to the reference count of every module, 1.3 MB."""
    return Kept(dict(sys.modules), list(vars(builtins)))


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
        self._namespace = vars(builtins)
        self._names = kept.names if len(kept.names) == len(self._namespace) else list(self._namespace)
        self._originals = list(self._namespace.values())
        # bound now: code may patch the modules
        self._sys = sys
        self._getcwd = os.getcwd
        self._makedirs = os.makedirs
        self._chdir = os.chdir
        self._stat = os.stat
        self._settrace = sys.settrace
        self._setprofile = sys.setprofile
        self._mounted = folder == PLACE
        self._began = self._there = self._identity(real)

    def calm(self) -> None:
        """After code: no trace function of its may run, and raise, in the worker's loop."""
        for stop in (self._settrace, self._setprofile):
            try:
                stop(None)
            except BaseException:
                pass

    def names(self) -> None:
        """Builtins that are missing or cannot be called any more, and a cleared sys.modules."""
        if self._replaced():
            found = _list(_map(self._namespace.get, self._names, repeat(self)))
            for name, now, original in _zip(self._names, found, self._originals):
                if now is not original and (
                    name in OURS or now is self or _callable(original) > _callable(now)
                ):
                    self._namespace[name] = original
        modules = self._sys.modules
        if not _isinstance(modules, _dict) or "builtins" not in modules or "sys" not in modules:
            self._sys.modules = modules if _isinstance(modules, _dict) else {}
            self._sys.modules.update(self._modules)

    def _replaced(self) -> bool:
        """Whether builtins are others than they were. Their order tells: names looked up take 0.1 MB more."""
        now = self._namespace
        return _len(now) < _len(self._originals) or _any(_map(is_not, now.values(), self._originals))

    def place(self) -> None:
        """The data directory and the working directory: what was taken away is there again. Never raises."""
        try:
            self._place()
        except BaseException:  # code may have patched what this calls
            pass

    def _place(self) -> None:
        gone, lost = self._gone(), self._lost()
        if not (gone or lost):
            return
        was_here = gone or self._identity(".") == self._began
        folder = self._real if lost else self._folder
        try:
            if lost or not self._mounted:
                self._makedirs(folder, 0o700, True)
                self._there = self._identity(self._real)
            if was_here:
                self._chdir(folder)
                self._getcwd()  # /mnt/data goes on showing a directory that was removed
        except OSError as error:
            if gone:
                self._chdir("/")
            self._say(UNUSABLE % (error, "; the working directory is /" if gone else ""), self._mounted)
            return
        if was_here:
            anew = lost and (self._mounted or not gone)
            self._say(ANEW % folder if anew else GONE, self._mounted and lost)

    def _gone(self) -> bool:
        try:
            self._getcwd()
        except OSError:
            return True
        return False

    def _lost(self) -> bool:
        """Whether the data directory is another one than at the last look, or none: told once for each."""
        before, self._there = self._there, self._identity(self._real)
        return bool(before) and before != self._there

    def _identity(self, path: str) -> Any:
        try:
            found = self._stat(path)
        except OSError:
            return ()
        return found.st_dev, found.st_ino

    def _say(self, sentence: str, mounted: bool) -> None:
        self._sys.stderr.write(sentence + (BACK if mounted else "") + "\n")
