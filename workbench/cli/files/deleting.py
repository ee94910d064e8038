"""`workbench files rm`."""

from __future__ import annotations

from collections.abc import Sequence

from backend.errors import FileError
from workbench.cli.files.asking import asked, each
from workbench.transfers.session import SessionFiles


async def run(files: SessionFiles, names: Sequence[str], *, force: bool) -> int:
    """Delete the files; at a terminal after asking for each. Several are listed once, after all."""
    alone = len(names) == 1
    deleted: dict[str, list[str]] = {}  # by folder

    async def one(name: str) -> None:
        if force or asked(f"Delete {name} from the session? There is no way back.") is not False:
            await files.backend.delete_file(files.session, name, verify=alone)
            deleted.setdefault(name.rpartition("/")[0], []).append(name)

    async def look(folder: str) -> None:
        there = await files.inside(folder)
        if kept := [name for name in deleted[folder] if name in there]:
            said = f"The target says that {', '.join(kept)} is deleted, and lists it still."
            raise FileError(said, "List the files again later.")

    worst = await each(names, one)
    return worst if alone else max(worst, await each(deleted, look))
