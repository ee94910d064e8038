"""The command `workbench`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ends the process with the exit code of the contract."""
    from workbench.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
