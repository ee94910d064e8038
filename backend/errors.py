"""Everything that can go wrong, as one tree. Each error has a title, a message and a hint.

WorkbenchError
├── UsageError                  a flag, a file or a setting is wrong          exit 2
│   └── ConfigError             config.toml or an environment variable        exit 2
├── TargetError                 the target is unreachable, refused or lost    exit 3
│   ├── CannotStart             no worker could be started
│   ├── SessionBusy             another process owns the session, or its queue is full
│   ├── Unsupported             the target has no such call
│   ├── Unreachable             no connection: nothing was sent
│   ├── NotAllowed              no token, or the target takes the one there is not
│   ├── Refused                 the target answered that it will not; `status` and `code` say how
│   ├── BadAnswer               an answer that cannot be read; `status` is its HTTP code
│   └── AnswerLost              sent, and no whole answer came: what became of it is unknown
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


class Unreachable(TargetError):  # noqa: N818 - a word of the design
    """The target could not be connected to. Nothing was sent."""

    title = "Not reachable"


class _Answered(TargetError):  # noqa: N818 - the words of the design are its heirs
    """An error that an answer tells: `status` is its HTTP code, `code` the target's own word for it.

    `retry_after` is in seconds, None where the target does not ask for a pause.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        status: int = 0,
        code: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class NotAllowed(_Answered):
    """There is no token, or the target does not take it. Nothing was done."""

    title = "Not allowed"


class Refused(_Answered):
    """The target answered that it will not do what was asked."""

    title = "Refused"


class BadAnswer(_Answered):
    """The target answered something that cannot be read; whether it did what was asked is unknown."""

    title = "Not understood"


class AnswerLost(TargetError):  # noqa: N818 - a word of the design
    """The request was sent and no whole answer came: what became of it is unknown."""

    title = "Answer lost"


class FileError(WorkbenchError):
    """A session file could not be listed, read, written or deleted."""

    title = "File"
