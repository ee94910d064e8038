"""The command `workbench`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ends the process with the exit code of the contract."""
    arguments = sys.argv[1:]
    if arguments:
        from workbench.cli.main import run

        sys.exit(run(arguments))
    from workbench.cli.opening import open_app
    from workbench.cli.reporting import report

    sys.exit(report(open_app))


if __name__ == "__main__":
    main()
