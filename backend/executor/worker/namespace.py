"""The names of a session that its shell lives on: code may clear them away, and the next cell has them."""

from __future__ import annotations

import sys
from typing import Any, Dict, Iterable

# what a module has; without __name__ a class would say that it is of the module builtins, and multiprocessing
# asks a main module for its __spec__
OF_MODULES = ("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__builtins__")


class Names:
    """Remembers what the names in `needed` and those of any module mean, and puts back what is missing.

    Those in `fixed` always mean the same, the others what code makes of them.
    """

    def __init__(self, module: Any, needed: Iterable[str], fixed: Iterable[str]) -> None:
        self._module = module
        self._names: Dict[str, Any] = module.__dict__
        wanted = {name: self._names[name] for name in (*OF_MODULES, *needed, *fixed) if name in self._names}
        self._fixed = {name: wanted.pop(name) for name in ("__builtins__", *fixed) if name in wanted}
        self._wanted = wanted
        self._sys: Any = sys  # bound now: code may patch the module

    def mend(self) -> None:
        """The names are there again, and the module is the one that programs find as `__main__`."""
        for name, meaning in self._wanted.items():
            if name not in self._names:
                self._names[name] = meaning
        self._names.update(self._fixed)
        self._sys.modules["__main__"] = self._module
