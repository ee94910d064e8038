"""Every setting, with its default, its limits and what it does.

Plain dataclasses: pydantic (80 ms) checks them only where there is something to check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal, LiteralString, cast

from backend.models import Target
from backend.records import dataclass

Kind = Literal["local", "remote"]
Keymap = Literal["default", "emacs", "vscode"]
Isolation = Literal["process", "confined", "sealed", "auto"]
EditorKeys = Literal["standard", "vim"]
ApiVersion = Literal[
    "2024-02-02-preview",
    "2024-08-02-preview",
    "2024-10-02-preview",
    "2025-02-02-preview",
    "2025-10-02-preview",
]


class Limits:
    """Limits of a number, as pydantic's core schema names them: `Limits(gt=0)`, `Limits(ge=1, le=16)`."""

    def __init__(self, **limits: float) -> None:
        self.limits = limits

    def allow(self, value: Any) -> bool:
        """Whether a value of the right type is within."""
        tests = {
            "gt": lambda limit: value > limit,
            "ge": lambda limit: value >= limit,
            "le": lambda limit: value <= limit,
            "min_length": lambda limit: len(value) >= limit,
        }
        return all(tests[name](limit) for name, limit in self.limits.items())

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        """The schema of the annotated type with these limits."""
        return {**handler(source), **self.limits}


class Auth:
    """A text that says how to sign in: none, azure, env:VARIABLE or command:PROGRAM ARG…"""

    _PATTERN = re.compile(r"none|azure|env:[A-Za-z_][A-Za-z0-9_]*|command:\s*\S.*", re.S)

    def allow(self, value: Any) -> bool:
        """Whether it is one."""
        return self._PATTERN.fullmatch(value) is not None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        """The schema of the annotated type, with this condition."""
        return _with_condition(
            handler(source), self.allow, "auth", "must be none, azure, env:VARIABLE or command:PROGRAM ARG…"
        )


class Names:
    """Texts that are dotted names of modules."""

    def allow(self, value: Any) -> bool:
        """Whether each is one."""
        return all(part.isidentifier() for name in value for part in name.split("."))

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        """The schema of the annotated type, with this condition."""
        return _with_condition(handler(source), self.allow, "names", "must be names of modules")


def _with_condition(
    schema: dict[str, Any], allow: Callable[[Any], bool], kind: LiteralString, said: LiteralString
) -> dict[str, Any]:
    from pydantic_core import PydanticCustomError, core_schema

    def check(value: Any) -> Any:
        if not allow(value):
            raise PydanticCustomError(kind, said)
        return value

    return dict(core_schema.no_info_after_validator_function(check, cast(Any, schema)))


_FORBID_UNKNOWN = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`[profiles.NAME]`: a named target with settings."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_UNKNOWN

    kind: Kind = "local"
    """Where sessions live: here, or at `url`. A profile with a `url` is remote unless it says else."""
    url: str | None = None
    """The endpoint of a remote target, `http://…` or `https://…`."""
    api_version: ApiVersion = "2025-10-02-preview"
    """The dated version of the wire format that a remote target speaks."""
    auth: Annotated[str, Auth()] = "none"
    """How to sign in at a remote target: none, azure, env:VARIABLE, or command:PROGRAM ARG… for a token."""
    output_limit: Annotated[int, Limits(ge=1, le=10_000_000)] | None = None
    """Characters of a stream that a remote target is asked to send, where its version lets one ask."""
    asynchronous: bool = False
    """Whether a remote target is sent code without waiting for its answer, and asked for it until it is done.

    Code with a time limit above 220 s is sent so in any case. Versions before 2024-10-02 cannot.
    """
    track_files: bool = False
    """Whether the files of a remote session are listed before and after each execution, to tell what changed.

    Each listing starts the session's idle clock anew, and costs a request. Local sessions always tell.
    """
    python: str | None = None
    """The interpreter of local sessions; by default that of the active or nearby environment."""
    isolation: Isolation = "process"
    """What local code is kept from. `process` is no sandbox; `auto` takes the strongest level there is."""
    timeout: Annotated[float, Limits(gt=0)] | None = None
    """The time limit of one execution in seconds; without it there is none."""
    preload: Annotated[tuple[str, ...], Names()] = ()
    """Modules that a local interpreter imports once, so that new sessions have them at hand."""
    mnt_data: bool = True
    """Whether local code finds the session's files at `/mnt/data`, as on the service, where that can be."""
    memory_limit: Annotated[float, Limits(gt=0)] | None = None
    """Memory of one local session in GiB; without it most of the machine's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorSettings:
    """`[editor]`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_UNKNOWN

    tab_size: Annotated[int, Limits(ge=1, le=16)] = 4
    """Columns of one step of indentation."""
    line_numbers: bool = True
    """Whether lines are numbered."""
    wrap: bool = False
    """Whether long lines go on below instead of to the right."""
    auto_indent: bool = True
    """Whether a new line starts where the last one did, one step deeper after a colon."""
    auto_close: bool = True
    """Whether brackets and quotes come with their partner."""
    complete_while_typing: bool = True
    """Whether names are offered after a pause in typing; Tab and Ctrl+Space offer them in any case."""
    keys: EditorKeys = "standard"
    """The keys inside the text: `standard`, or `vim` for the modes, motions and operators of vi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSettings:
    """`[output]`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_UNKNOWN

    max_lines: Annotated[int, Limits(ge=1_000, le=10_000_000)] = 1_000_000
    """Lines that the output pane keeps, 64 MB of text at most; the oldest go first. History keeps its own."""
    graphics: bool = True
    """Whether opened pictures use the graphics of the terminal, with the extra `images`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySettings:
    """`[history]`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_UNKNOWN

    keep_days: Annotated[float, Limits(gt=0)] | None = None
    """Executions that are older, and not pinned, are removed; without it none is."""
    max_size: Annotated[float, Limits(gt=0)] | None = None
    """GiB that history may take, files kept by hash included; the oldest that are not pinned go first."""
    keep_files: Annotated[float, Limits(ge=0, le=4096)] = 16.0
    """MiB of a session file up to which its content is kept, for a rebuild to send it again; 0 keeps none.

    Kept are files that an execution made or used, and uploads. Of remote sessions whose files are not tracked
    only the uploads are.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of config.toml."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID_UNKNOWN

    theme: str = "harbor"
    """The name of a theme: one of ours, or of a file in the `themes` folder beside config.toml."""
    profile: str = "local"
    """The profile that is used when none is named."""
    session: Annotated[str, Limits(min_length=1)] = "default"
    """The identifier of the session that is used when none is named."""
    transfers: Annotated[int, Limits(ge=1, le=16)] = 3
    """Files that are sent and fetched at once; more wait for their turn."""
    profiles: Mapping[str, Profile] = field(default_factory=lambda: {"local": Profile()})
    """Named targets. `local` is always there."""
    keymap: Keymap = "default"
    """Whose keys the editor has where they are free: ours, or those that users of emacs or vscode know."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of commands: `"history.open" = "f10"`. Command ids are in the help screen."""
    editor: EditorSettings = EditorSettings()
    """The editor."""
    output: OutputSettings = OutputSettings()
    """The output pane."""
    replay_ignore: tuple[str, ...] = ()
    """Regular expressions: what one matches in a line of output does not count when a replay compares."""
    history: HistorySettings = HistorySettings()
    """What is kept of what was run."""

    def target(self, profile: str | None = None) -> Target:
        """The target of a profile, else of the default one. Raises KeyError for an unknown name."""
        name = profile or self.profile
        found = self.profiles[name]
        return Target(
            profile=name,
            kind=found.kind,
            url=found.url,
            api_version=found.api_version,
            python=found.python,
            isolation=found.isolation,
            timeout=found.timeout,
            preload=found.preload,
            mnt_data=found.mnt_data,
            memory_limit=found.memory_limit,
            auth=found.auth,
            output_limit=found.output_limit,
            asynchronous=found.asynchronous,
            track_files=found.track_files,
        )
