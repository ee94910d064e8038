"""What an error looks like on the command line, and the exit code it ends with."""

from __future__ import annotations

import sys
from collections.abc import Callable

from backend.errors import WorkbenchError
from workbench.cli import codes, standard
from workbench.sanitize import sanitize


def report(command: Callable[[], object]) -> int:
    """Run a command; its exit code, with errors told on stderr in a sentence and a remedy."""
    standard.complete()
    try:
        result = command()
        sys.stdout.flush()
    except WorkbenchError as error:
        return fail(error.message, error.hint, error.exit_code)
    except KeyboardInterrupt:
        return codes.INTERRUPTED
    except (SystemExit, BrokenPipeError):  # click answers a broken pipe with SystemExit
        standard.silence()
        return codes.INTERRUPTED
    except OSError as error:
        if error.errno not in standard.UNWRITABLE:
            raise
        standard.silence()
        return fail(f"The output cannot be written: {error.strerror}.", "", codes.FAILED)
    return result if isinstance(result, int) else codes.SUCCESS


def fail(message: str, hint: str, code: int) -> int:
    """Tell an error on stderr; gives the code back."""
    sys.stderr.write(sanitize(f"workbench: {message}\n{hint}".rstrip()) + "\n")
    return code
