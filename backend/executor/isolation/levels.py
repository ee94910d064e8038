"""The levels of isolation, in words."""

from __future__ import annotations

from enum import StrEnum

WARNING = (
    "The local executor runs Python as you. `process` is not a sandbox: such code can read and change "
    "anything you can, including saved logins, and can use the network. `confined` and `sealed` use "
    "Linux kernel features to reduce that; they share your kernel, do not stop a kernel exploit, do not"
    " hide CPU/timing, and do not limit what code does inside its own data directory. For code you do "
    "not trust at all use the remote service or a virtual machine."
)
NOT_PROMISED = (
    "Not promised at any local level: fairness between sessions, exact memory limits, protection when "
    "running as root, protection from other programs of the same user, Windows."
)
AUTO = "auto"


class Level(StrEnum):
    """A level, weakest first."""

    PROCESS = "process"
    CONFINED = "confined"
    SEALED = "sealed"

    @property
    def promise(self) -> str:
        """What it promises, the promises of weaker levels included by `…`."""
        return PROMISES[self]


PROMISES = {
    Level.PROCESS: (
        "A crash, leak, flood or hang of your code does not take the workbench down, leaves no process "
        "behind and gets no credential from us."
    ),
    Level.CONFINED: (
        "… and it cannot write outside its data directory, read your home, or open a network connection."
    ),
    Level.SEALED: "… and it does not see your files or processes at all.",
}
