"""Where a session's code finds its files, and the level of isolation it runs at."""

from __future__ import annotations

import functools
import os
from typing import Any, Dict, NamedTuple

from . import limits


class RefusedError(Exception):
    """The session cannot be as it was asked for; the message is a sentence."""


class Place(NamedTuple):
    """The data directory as the code sees it, its real path, and a sentence on what is not as asked for."""

    path: str
    real: str
    remark: str = ""


def why_no_view() -> str:
    """Why sessions cannot have a view of files of their own here; empty when they can. Tried once."""
    try:
        return _why_no_view()
    except OSError as error:  # not remembered: there may be room later
        return "it could not be tried (%s)" % error.strerror


@functools.lru_cache(maxsize=None)
def _why_no_view() -> str:
    try:
        from .confine import mounts
    except (ImportError, OSError, AttributeError):
        return "this interpreter lacks ctypes"
    return mounts.why_not()


def enter(request: Dict[str, Any]) -> Place:
    """Take this process to its session's files, within its level and limits. Raises RefusedError."""
    data = str(request.get("data") or "/")
    level = str(request.get("level") or "process")
    plain = level == "process" and (not request.get("mnt_data") or bool(why_no_view()))
    if plain:
        place = Place(data, data, _remark(request))
        own_users = False
    else:
        confinement = _confinement(request)
        sealed = level == "sealed"  # the real path does not exist in there
        place = Place(confinement.place, confinement.place if sealed else data, confinement.remark)
        own_users = confinement.own_users
    try:
        os.chdir(place.path)
    except OSError as error:
        raise RefusedError("The session's folder cannot be used: %s." % error) from None
    limits.bound(request, own_users, final=level != "process")
    if not plain:
        _close_up(confinement)
    return place


def _remark(request: Dict[str, Any]) -> str:
    if not request.get("mnt_data"):
        return ""
    return "The session's files are not at /mnt/data: %s. Relative paths work." % why_no_view()


def _confinement(request: Dict[str, Any]) -> Any:
    try:
        from .confine import levels
    except (ImportError, OSError, AttributeError):
        raise RefusedError("The level needs an interpreter with ctypes.") from None
    sealed = request.get("level") == levels.SEALED  # its sandbox is its view
    confinement = levels.Confinement(request, "" if sealed else why_no_view())
    try:
        confinement.arrange()
    except levels.Refused as error:
        raise RefusedError(str(error)) from None
    return confinement


def _close_up(confinement: Any) -> None:
    from .confine import levels

    try:
        confinement.close_up()
    except levels.Refused as error:
        raise RefusedError(str(error)) from None
