"""`python -m tests.benchmarks [NAME…]`: our figures beside peers' in the same run, as ratios, with budgets.

Needs the extra `bench` for the peers. The output view and the history search have tables of
their own: `python -m tests.benchmarks.output_view` and its neighbours.
"""

from __future__ import annotations

import argparse
import importlib
import sys

NAMES = (
    "first_frame",
    "keys",
    "editor",
    "executor",
    "executor_limits",
    "server",
    "client",
    "files",
    "transfers",
    "replay",
)


def main(arguments: list[str]) -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=(__doc__ or "").split(": ")[1]
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all of them without any"
    )
    names = parser.parse_args(arguments).names
    if unknown := set(names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}: {', '.join(NAMES)}")
    print(f"{'':44} {'ours: median (quartiles)':32} {'peer':28} {'ratio':>8} {'budget':>9}")
    for name in names or NAMES:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        for row in module.rows():
            print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
