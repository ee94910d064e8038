"""`workbench files rm`."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.cli.files.asking import asked, each
from workbench.transfers.session import SessionFiles


async def run(files: SessionFiles, names: Sequence[str], *, force: bool) -> int:
    """Delete the files; at a terminal after asking for each."""

    async def one(name: str) -> None:
        if force or asked(f"Delete {name} from the session? There is no way back.") is not False:
            await files.backend.delete_file(files.session, name)

    return await each(names, one)
