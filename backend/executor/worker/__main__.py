"""Entry point of the nursery: `python -I PATH/__main__.py FD PLAN`, and of a worker that is spawned.

FD is one end of a socketpair with the parent; PLAN is a JSON object, see plan.py above. The folder is loaded
as a package of a private name, since the interpreter of a session need not have this project installed.
This file is for any Python that there is: one that is too old must be able to say so.
"""

import importlib.util
import os
import sys

PACKAGE = "session_worker"


def load() -> None:
    """Make this folder importable as the package `session_worker`, without touching sys.path."""
    folder = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError("the worker programs are not readable in " + folder)
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    if sys.version_info < (3, 9):
        sys.exit("Python 3.9 or newer is needed, this is %d.%d.%d" % sys.version_info[:3])
    load()
    if sys.argv[1] == "--worker":
        importlib.import_module(PACKAGE + ".spawning").main(sys.argv[2:])
    else:
        importlib.import_module(PACKAGE + ".nursery").main(int(sys.argv[1]), sys.argv[2])
