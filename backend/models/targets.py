"""Where sessions live, and what is known of such a place."""

from __future__ import annotations

from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Where sessions live: `local`, or a URL with an API version.

    `python` and `isolation` belong to local targets, `url` and `api_version` to remote ones.
    `timeout` is the time limit of one execution in seconds; None means no limit. `preload` names modules that
    a local interpreter imports once for all sessions. `mnt_data` asks for the data directory at `/mnt/data`.
    `memory_limit` is in GiB for one local session; None means most of the machine's. `auth` says how to sign
    in at a remote target: `none`, `azure`, `env:VARIABLE` or `command:PROGRAM ARG…`, whose output is a bearer
    token. `output_limit` is how many characters of a stream a remote target is asked to send, where its
    version lets one ask. `asynchronous` submits executions there and then asks what has become of them,
    where the version can. `track_files` has a remote target's files listed before and after each execution.
    """

    profile: str = "local"
    kind: str = "local"
    url: str | None = None
    api_version: str = "2025-10-02-preview"
    python: str | None = None
    isolation: str = "process"
    timeout: float | None = None
    preload: tuple[str, ...] = ()
    mnt_data: bool = True
    memory_limit: float | None = None
    auth: str = "none"
    output_limit: int | None = None
    asynchronous: bool = False
    track_files: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target can do; a screen says in words what it cannot.

    `streams`: output comes while code runs. `interrupts`: one execution can be stopped; else one can only
    stop waiting for it (`Backend.abandon`) or end the session. `completes`: completions and inspections.
    `variables`: it tells what variables there are.
    `inputs`: input() can be answered. `folders`: files have folders. `deletes`: files can be deleted.
    `makes_folders`, `moves_files`: there are calls for `Backend.make_directory` and `Backend.move_file`.
    `ends_sessions`, `lists_sessions`: what the calls of that name need. `ranges`: parts of files are sent; a
    remote target is believed to until it has sent a whole one.
    """

    streams: bool = True
    interrupts: bool = True
    completes: bool = True
    variables: bool = True
    inputs: bool = True
    folders: bool = True
    deletes: bool = True
    makes_folders: bool = True
    moves_files: bool = True
    ends_sessions: bool = True
    lists_sessions: bool = True
    ranges: bool = True


@dataclass(frozen=True, slots=True)
class PoolInfo:
    """What a target says of itself: its runtimes and installed packages, as (name, version)."""

    runtimes: tuple[tuple[str, str], ...] = ()
    packages: tuple[tuple[str, str], ...] = ()
