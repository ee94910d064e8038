"""The port: what every backend offers, whatever its target."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from backend.models import (
    Capabilities,
    Completions,
    Event,
    FileInfo,
    Inspection,
    PoolInfo,
    SessionEvent,
    SessionInfo,
    Submission,
    Variable,
)


class Backend(Protocol):
    """Sessions at one target. Every call names its session; a session is made by its first use.

    Calls raise errors of `backend.errors`; nothing else comes out of them.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this target can do."""
        ...

    async def start(self, session: str) -> SessionInfo:
        """Make the session ready for code and tell what it is. Raises TargetError when it cannot be."""
        ...

    def execute(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        """Run code: Staged*, Started, (Chunk | Display | InputRequested | Staged)*, Finished.

        Remote targets tell each Exchanged in between.

        Executions of one session run strictly in order of the first `anext`. Leaving the iterator early
        lets the execution go on unobserved. A slow reader slows the code, never drops its output.
        """
        ...

    async def interrupt(self, session: str, execution_id: str) -> None:
        """Stop one execution, queued or running; a finished or unknown id is left alone.

        A second call for the same running execution climbs the ladder at once.
        """
        ...

    async def abandon(self, session: str, execution_id: str) -> None:
        """Wait no longer for an execution that cannot be interrupted: it ends as `lost` and goes on there.

        Raises Unsupported where executions can be interrupted.
        """
        ...

    def watch(self, session: str) -> AsyncIterator[SessionEvent]:
        """What happens to the session outside executions: state changes and late output, as they come."""
        ...

    async def complete(self, session: str, code: str, cursor: int) -> Completions:
        """Completions at `cursor` (an offset in characters) from live names; empty while not idle."""
        ...

    async def inspect(self, session: str, code: str, cursor: int) -> Inspection | None:
        """What the name at `cursor` is; None without one, while the session is not idle, and when late."""
        ...

    async def variables(self, session: str) -> tuple[Variable, ...] | None:
        """The session's variables, no code of it being run; None while it is not idle, and when late."""
        ...

    async def answer(self, session: str, execution_id: str, text: str | None) -> None:
        """Answer an InputRequested with one line, or with None for the end of input.

        An execution that does not ask is left alone.
        """
        ...

    @property
    def tracks_files(self) -> bool:
        """Whether executions tell which files they changed; else `Outcome.files_changed` is None."""
        ...

    def track_files(self, on: bool) -> None:
        """Have executions tell which files they changed, or not. Local ones always do.

        A remote target is asked for a listing before and after each, which starts the idle clock of its
        session anew; what goes wrong with it is told in the outcome's message.
        """
        ...

    async def list_files(
        self, session: str, directory: str = "", *, recursive: bool = False
    ) -> list[FileInfo]:
        """The entries of one directory of the data directory, or of all below it. Raises FileError."""
        ...

    async def file_info(self, session: str, path: str) -> FileInfo:
        """What is known of one file. Raises FileError."""
        ...

    async def read_file(self, session: str, path: str, *, offset: int = 0, limit: int | None = None) -> bytes:
        """Bytes of a file from `offset`, at most `limit` of them. Raises FileError."""
        ...

    def download(self, session: str, path: str) -> AsyncIterator[bytes]:
        """All bytes of a file, piece by piece. Raises FileError."""
        ...

    def check_upload(self, path: str, size: int | None = None) -> None:
        """Raises FileError or Unsupported when `write_file` would take no file of that path and size.

        It asks nobody: these are the rules of names and sizes that are known here.
        """
        ...

    async def write_file(
        self,
        session: str,
        path: str,
        content: AsyncIterator[bytes],
        size: int | None = None,
        *,
        replace: bool = True,
    ) -> FileInfo:
        """Write a file whole: it appears under its name complete or not at all. Raises FileError.

        `size` is how many bytes will come, where that is known. Without `replace` it is an error that there
        is something of that name; a remote target, which has no such call, is asked for its list first.
        """
        ...

    async def make_directory(self, session: str, path: str) -> None:
        """Make a directory in one that is there. Raises FileError, and Unsupported where no call does it."""
        ...

    async def move_file(self, session: str, path: str, new_path: str) -> None:
        """Give a file or directory another path, in a directory that is there; never replaces anything.

        Raises FileError, and Unsupported where no call does it.
        """
        ...

    async def delete_file(self, session: str, path: str, *, verify: bool = True) -> None:
        """Delete a file, or a directory with all in it. Raises FileError.

        Without `verify` the target's word is taken for it: who deletes many lists once after the last.
        """
        ...

    async def sessions(self) -> list[SessionInfo]:
        """The sessions that live now at this target."""
        ...

    async def pool(self) -> PoolInfo:
        """The runtimes and packages of this target. Raises TargetError."""
        ...

    async def end_session(self, session: str) -> None:
        """End the session's worker and forget its variables; its files stay where the target keeps them."""
        ...

    async def close(self) -> None:
        """End everything this backend started."""
        ...
