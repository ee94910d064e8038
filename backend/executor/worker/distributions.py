"""What code finds at `import pkg_resources` where the interpreter has none, as new ones do not.

The service's interpreters have it, and agents made for the service list the packages of a session with it
before anything else they run. The stand-in lists them too, and looks one up by name. Code of a session alone
gets it: a package that asks for pkg_resources goes on without, as in any other process.
"""

from __future__ import annotations

import sys
from typing import Any, Dict, Iterator, Optional

NAME = "pkg_resources"
_LACKS = (
    "this interpreter has no pkg_resources, and the stand-in for it has no %s: pip install 'setuptools<81'"
)
_sys: Any = sys  # bound now: code may patch the module


def install() -> None:
    """Called once in the worker: asked last, so that a real one comes first, also one installed later."""
    sys.meta_path.append(_Finder())


class DistributionNotFound(Exception):  # noqa: N818 - as the original calls it
    """No distribution of that name is installed."""


class Distribution:
    """A distribution as pkg_resources tells of it."""

    def __init__(self, name: str, version: str) -> None:
        self.project_name = name
        self.version = version

    @property
    def key(self) -> str:
        """The name in small letters."""
        return self.project_name.lower()

    def __str__(self) -> str:
        return "%s %s" % (self.project_name, self.version)

    __repr__ = __str__


class WorkingSet:
    """The distributions that are installed, looked at anew each time; of two of a name the first."""

    @property
    def by_key(self) -> Dict[str, Distribution]:
        """They by their names in small letters."""
        from importlib import metadata

        found: Dict[str, Distribution] = {}
        for one in metadata.distributions():
            name = one.metadata["Name"]
            if name:  # one half removed has no metadata
                made = Distribution(name, one.version)
                found.setdefault(made.key, made)
        return found

    def __iter__(self) -> Iterator[Distribution]:
        return iter(self.by_key.values())


class _Finder:
    """Finds the stand-in, and makes it."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Its spec, when code of the session asks for it."""
        if name != NAME or _asking() != "__main__":
            return None
        from importlib import machinery

        return machinery.ModuleSpec(name, self, origin="a stand-in")  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> Any:
        """None: one as usual."""
        return None

    def exec_module(self, module: Any) -> None:
        """Fill it."""
        working_set = WorkingSet()

        def get_distribution(name: str) -> Distribution:
            """The distribution of a name. Raises DistributionNotFound."""
            wanted = name.lower()
            found = working_set.by_key
            for key in (wanted, wanted.replace("_", "-"), wanted.replace("-", "_")):
                if key in found:
                    return found[key]
            raise DistributionNotFound("The %r distribution was not found" % name)

        def missing(name: str) -> Any:
            raise AttributeError(_LACKS % name)

        vars(module).update(
            {
                "DistributionNotFound": DistributionNotFound,
                "Distribution": Distribution,
                "WorkingSet": WorkingSet,
                "working_set": working_set,
                "get_distribution": get_distribution,
                "declare_namespace": _declare_namespace,
                "__getattr__": missing,
                "__doc__": __doc__,
            }
        )


def _asking() -> Optional[str]:
    """The name of the module whose import is under way."""
    frame = _sys._getframe(1)
    while frame is not None:
        name: str = frame.f_globals.get("__name__") or ""
        if name != __name__ and not name.startswith(("importlib", "_frozen_importlib")):
            return name
        frame = frame.f_back
    return None


def _declare_namespace(name: str) -> None:
    """Have a package's path go on at other places: packages of another age ask for this."""
    import pkgutil

    package = _sys.modules[name]
    package.__path__ = pkgutil.extend_path(package.__path__, name)
