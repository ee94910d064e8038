"""Everything that can go wrong, as one tree. Each error has a title, a message and a hint.

WorkbenchError
├── UsageError                  a flag, a file or a setting is wrong          exit 2
│   └── ConfigError             config.toml or an environment variable        exit 2
├── TargetError                 the target is unreachable, refused or lost    exit 3
│   ├── CannotStart             no worker could be started
│   ├── SessionBusy             another process owns the session, or its queue is full
│   └── Unsupported             the target has no such call
└── FileError                   a session file could not be listed, read, written or deleted
"""

from __future__ import annotations


class WorkbenchError(Exception):
    """An error to show: a title of a few words, one sentence, and what to do about it.

    `exit_code` is what the command line ends with.
    """

    title = "Something went wrong"
    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(WorkbenchError):
    """A flag, a file or a setting is wrong."""

    title = "Usage"
    exit_code = 2


class ConfigError(UsageError):
    """The configuration has a problem; the message names file and key."""

    title = "Configuration"


class TargetError(WorkbenchError):
    """The target is unreachable, refused, or lost."""

    title = "Target"
    exit_code = 3


class CannotStart(TargetError):  # noqa: N818 - a word of the design
    """No worker could be started; the message carries the interpreter's last words."""

    title = "Cannot start"


class SessionBusy(TargetError):  # noqa: N818 - a word of the design
    """Another process owns the session, or its queue is full."""

    title = "Session busy"


class Unsupported(TargetError):  # noqa: N818 - a word of the design
    """The target has no such call."""

    title = "Not supported here"


class FileError(WorkbenchError):
    """A session file could not be listed, read, written or deleted."""

    title = "File"
