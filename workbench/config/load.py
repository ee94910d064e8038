"""Settings from defaults, file, environment and flags, each value with its origin, every problem reported."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from backend.records import dataclass
from workbench.config.paths import Paths
from workbench.config.problems import Problem, config_error, nearest
from workbench.config.schema import Profile, Settings

if TYPE_CHECKING:
    from workbench.config.keys import KeyedCommand

T = TypeVar("T")
Tree = dict[str, Any]
Place = tuple[str, ...]

PREFIX = "WORKBENCH_"
DEFAULT = "default"

_TOP = ("theme", "keymap", "profile", "session")
# short names for settings of the profile in use, as variables and as flags
_OF_PROFILE = (
    "url",
    "api_version",
    "auth",
    "output_limit",
    "asynchronous",
    "track_files",
    "python",
    "isolation",
    "timeout",
    "preload",
    "mnt_data",
    "memory_limit",
)
_LISTS = ("preload",)  # in a variable: words with commas or spaces between
_TABLES = ("editor", "output", "profiles")
# read elsewhere
_NOT_SETTINGS = ("home", "glyphs")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gave. With problems, the wrong values are left out and their defaults hold."""

    settings: Settings
    problems: tuple[Problem, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    """Dotted key → file, variable or flag, for every value that is not a default."""

    def origin(self, key: str) -> str:
        """Where the value of a dotted key came from."""
        return self.origins.get(key, DEFAULT)

    def checked(self, mild: Collection[str] = ()) -> Settings:
        """The settings. Raises ConfigError with all problems when there are any but of `mild` settings."""
        if any(problem.key.partition(".")[0] not in mild for problem in self.problems):
            raise config_error(self.problems)
        return self.settings


def load_settings(
    paths: Paths,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    commands: Sequence[KeyedCommand] = (),
) -> Loaded:
    """Settings in the order defaults < file < environment < flags.

    `overrides` are flags by setting (`theme`, `profile`, `session`, `url`, `api_version`, `python`,
    `isolation`, `timeout`), already of the right type; None means not given. Without `commands` the
    `[keys]` are not checked against the command table.
    """
    problems: list[Problem] = []
    origins: dict[Place, str] = {}
    tree = _read_file(paths.config_file, problems)
    for place in _leaves(tree):
        origins[place] = str(paths.config_file)
    short: dict[str, Any] = {}
    for place, value, variable in _read_environment(environ, problems):
        if place[0] in _OF_PROFILE:
            short[place[0]] = value
        elif not _put(tree, place, value):
            problems.append(Problem(variable, "", f"{place[0]} is not a table in {paths.config_file}."))
            continue
        origins[place] = variable
    settings = Settings()
    if tree or short:
        settings, short = _check(tree, short, origins, problems)
    for name, value in (overrides or {}).items():
        if value is not None:
            origins[(name,)] = f"--{name.replace('_', '-')}"
            if name in _OF_PROFILE:
                short[name] = value
            else:
                settings = dataclasses.replace(settings, **cast(dict[str, Any], {name: value}))
    settings = _use_profile(settings, short, origins, problems)
    if commands and settings.keys:
        from workbench.config.keymaps import with_keymap
        from workbench.config.keys import check_keys  # unicodedata: 4 ms

        commands = with_keymap(commands, settings.keymap)
        keys, wrong = check_keys(settings.keys, commands, str(paths.config_file))
        settings = dataclasses.replace(settings, keys=keys)
        problems += wrong
    return Loaded(settings, tuple(problems), {".".join(place): origin for place, origin in origins.items()})


def _read_file(path: Path, problems: list[Problem]) -> Tree:
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        problems.append(Problem(str(path), "", f"cannot be read ({error.strerror})."))
        return {}
    import tomllib  # 3 ms, for those who have a file

    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(Problem(f"{path}:{line}", "", "is not UTF-8 text."))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        place = f"{path}:{found[1]}:{found[2]}" if found else str(path)
        problems.append(Problem(place, "", f"{str(error)[: found.start()] if found else error}."))
    return {}


def _read_environment(
    environ: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[Place, str | list[str], str]]:
    """Settings among the variables: `WORKBENCH_THEME`, `WORKBENCH_EDITOR__TAB_SIZE`.

    Others may use the prefix too, so an unknown name is a problem only when it looks like one of ours.
    """
    for variable in sorted(name for name in environ if name.startswith(PREFIX)):
        place = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        if (len(place) == 1 and place[0] in _TOP + _OF_PROFILE) or (len(place) > 1 and place[0] in _TABLES):
            value = environ[variable]
            yield place, value.replace(",", " ").split() if place[-1] in _LISTS else value, variable
        elif len(place) > 1 and place[0] == "keys":
            problems.append(Problem(variable, "", "keys are set in config.toml only."))
        elif place[0] not in _NOT_SETTINGS:
            hint = nearest(place[0].upper(), [name.upper() for name in _TOP + _OF_PROFILE])
            if hint != ".":
                hint = hint.replace("mean '", f"mean '{PREFIX}")
                problems.append(Problem(variable, "", f"there is no such variable{hint}"))


def _leaves(tree: Tree, above: Place = ()) -> Iterator[Place]:
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name)


def _put(tree: Tree, place: Place, value: str | list[str]) -> bool:
    node: Any = tree
    for part in place[:-1]:
        node = node.setdefault(part, {})
        if not isinstance(node, dict):
            return False
    node[place[-1]] = value
    return True


def _check(
    tree: Tree, short: Tree, origins: Mapping[Place, str], problems: list[Problem]
) -> tuple[Settings, Tree]:
    settings = _checked(Settings, tree, origins, problems)
    in_use = _checked(Profile, short, origins, problems)
    profiles: dict[str, Profile] = {"local": Profile()}
    for name, profile in settings.profiles.items():
        given = tree.get("profiles", {}).get(name, {})
        if "kind" not in given and profile.url:
            profile = dataclasses.replace(profile, kind="remote")
        profiles[name] = profile
        wrong_url = check_url(profile)
        if wrong_url:
            source = next(
                (origin for place, origin in origins.items() if place[:2] == ("profiles", name)), ""
            )
            problems.append(Problem(source, f"profiles.{name}.url", wrong_url))
    return dataclasses.replace(settings, profiles=profiles), {name: getattr(in_use, name) for name in short}


def _checked(schema: type[T], tree: Tree, origins: Mapping[Place, str], problems: list[Problem]) -> T:
    from workbench.config.quick import NotPlainError, take

    try:
        return take(schema, tree)
    except NotPlainError:
        from workbench.config.checking import check  # pydantic: 80 ms, where there is something to tell

        checked, wrong = check(schema, tree, origins)
        problems += wrong
        return checked


def host_of(url: str) -> str:
    """Host and port of a URL, the name of a target without a profile; empty for what is no URL."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    return f"{host}:{port}" if host and port else host or ""


def check_url(profile: Profile) -> str:
    """What is wrong with the URL of a profile, as a sentence; empty when nothing is."""
    if profile.kind == "remote" and not profile.url:
        return "a remote profile needs a URL."
    if profile.kind == "local" and profile.url:
        return "a local profile has no URL; leave out the URL, or set kind = 'remote'."
    if profile.url:
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(profile.url)
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fine = False
        if not fine:
            from backend.client.addresses import recognise

            found = recognise(profile.url)
            meant = f" {found.remedy}" if found.pool or found.better else ""
            return f"must be http://HOST… or https://HOST…, not {profile.url!r}.{meant}"
    return ""


def _use_profile(
    settings: Settings, short: Tree, origins: Mapping[Place, str], problems: list[Problem]
) -> Settings:
    """The settings with the short names put into the profile in use."""
    name = settings.profile
    if name not in settings.profiles:
        source = origins.get(("profile",), "")
        hint = nearest(name, settings.profiles)
        problems.append(Problem(source, "profile", f"there is no profile {name!r}{hint}"))
        name = "local"
        settings = dataclasses.replace(settings, profile=name)
    if not short:
        return settings
    profile = settings.profiles[name]
    if short.get("url"):
        short = {**short, "kind": "remote"}
        if profile.kind == "local":  # what is there is no session of this machine, nor called so
            name = host_of(short["url"]) or name
    profile = dataclasses.replace(profile, **short)
    wrong_url = check_url(profile)
    if wrong_url:
        problems.append(Problem(origins.get(("url",), ""), "url", wrong_url))
    settings = dataclasses.replace(settings, profile=name)
    return dataclasses.replace(settings, profiles={**settings.profiles, name: profile})
