"""`python -m tests.benchmarks [NAME…]`: our figures against peers' in the same run, as ratios.

Needs the extra `bench` for the peers.
"""

from __future__ import annotations

import importlib
import sys

NAMES = ("first_frame", "executor", "editor", "output_view", "history_search")


def main(names: list[str]) -> None:
    """Print the table, a part at a time."""
    print(f"{'what':<44} {'ours':>22} {'peer':>22} {'ratio':>8} {'budget':>8}  verdict")
    for name in names or NAMES:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        for row in module.rows():
            print(row)


if __name__ == "__main__":
    main(sys.argv[1:])
