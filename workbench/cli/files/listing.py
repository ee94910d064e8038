"""`workbench files ls`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click

from backend.errors import FileError
from backend.models import FileInfo
from workbench.cli import codes
from workbench.format import age, size
from workbench.sanitize import sanitize_line
from workbench.transfers.session import SessionFiles

Show = Callable[[Sequence[FileInfo]], None]


async def run(files: SessionFiles, path: str, show: Show, *, recursive: bool) -> int:
    """Show what is in a folder, or one file."""
    folder = path.rstrip("/") or path
    found = await files.find(folder) if folder else None
    if found is not None and found.kind != "directory":
        listed = [found]
    elif folder and found is None and not files.backend.capabilities.folders:
        raise FileError(f"{folder}: there is no such file.")
    else:
        listed = await files.backend.list_files(files.session, folder, recursive=recursive)
    show(sorted(listed, key=lambda file: file.path))
    return codes.SUCCESS


def as_json(listed: Sequence[FileInfo]) -> None:
    """A JSON array, ASCII only: names need not be Unicode."""
    click.echo(json.dumps([asdict(file) for file in listed]))


def short(listed: Sequence[FileInfo]) -> None:
    """A path a line, folders with / at the end."""
    for file in listed:
        click.echo(_shown(file))


def long(listed: Sequence[FileInfo]) -> None:
    """Kind, size, age and path in columns."""
    for file in listed:
        bulk = "-" if file.kind == "directory" else size(file.size)
        click.echo(f"{file.kind:<9}  {bulk:>8}  {age(file.modified):>6}  {_shown(file)}")


def _shown(file: FileInfo) -> str:
    return sanitize_line(file.path) + "/" * (file.kind == "directory")
