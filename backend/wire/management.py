"""Sessions, their list, and what a pool has to offer: from 2025-02-02 on, borrowed by older versions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, Field

from backend.wire.facts import KernelFacts, PoolFacts, SessionFacts, SessionList, Versioned
from backend.wire.problems import WireError
from backend.wire.scalars import time_text
from backend.wire.shapes import OrEmpty, OrNone, Shape, Text, Time
from backend.wire.text import mapping


class Session(Shape):
    """A session; pools of custom containers spell one field in another way."""

    identifier: Text = Field("", validation_alias=AliasChoices("identifier", "sessionId", "name"))
    created_at: Time = None
    last_accessed_at: Time = None
    expire_at: Time = Field(None, validation_alias=AliasChoices("expireAt", "expiresAt"))
    etag: Text = ""


class Named(Shape):
    """A runtime or a package."""

    name: Text = ""
    version: Text = ""


class Kernel(Named):
    """The Jupyter kernel."""

    project_url: Text = ""
    description: Text = ""


class Pool(Shape):
    """The metadata of a pool."""

    runtimes: Annotated[list[Any], OrEmpty] = Field(default_factory=list)
    pre_installed_packages: Annotated[list[Any], OrEmpty] = Field(default_factory=list)
    created_at: Time = None
    last_updated_at: Time = None
    jupyter_kernel: Annotated[Kernel | None, OrNone] = None


def session_body(facts: SessionFacts) -> dict[str, Any]:
    """A session as a server sends it."""
    return {
        "identifier": facts.identifier,
        "createdAt": _time(facts.created_at),
        "lastAccessedAt": _time(facts.last_accessed_at),
        "expireAt": _time(facts.expires_at),
        "etag": facts.etag,
    }


def read_session(tree: Any) -> SessionFacts:
    """A session as a client reads it. Raises WireError."""
    found = Session.read(mapping(tree))
    if not found.identifier:
        raise WireError("The answer tells no session.", "identifier")
    return SessionFacts(
        found.identifier, found.created_at, found.last_accessed_at, found.expire_at, found.etag
    )


def sessions_body(facts: SessionList) -> dict[str, Any]:
    """A list of sessions as a server sends it."""
    body: dict[str, Any] = {"sessions": [session_body(session) for session in facts.sessions]}
    return body | {"nextLink": facts.next_link} if facts.next_link else body


def read_sessions(tree: Any) -> SessionList:
    """A list of sessions as a client reads it; items without identifier are left out. Raises WireError."""
    link: Any = ""
    items = tree
    if isinstance(tree, dict):
        items = next((tree[key] for key in ("sessions", "value") if isinstance(tree.get(key), list)), None)
        link = tree.get("nextLink")
    if not isinstance(items, list):
        raise WireError("The answer lists no sessions.", "sessions")
    found = [Session.read(item) for item in items if isinstance(item, dict)]
    sessions = tuple(
        SessionFacts(one.identifier, one.created_at, one.last_accessed_at, one.expire_at, one.etag)
        for one in found
        if one.identifier
    )
    return SessionList(sessions, link if isinstance(link, str) else "")


def pool_body(facts: PoolFacts) -> dict[str, Any]:
    """Metadata as a server sends it."""
    kernel = facts.kernel or KernelFacts()
    return {
        "runtimes": [{"name": one.name, "version": one.version} for one in facts.runtimes],
        "preInstalledPackages": [{"name": one.name, "version": one.version} for one in facts.packages],
        "createdAt": _time(facts.created_at),
        "lastUpdatedAt": _time(facts.updated_at),
        "jupyterKernel": {
            "name": kernel.name,
            "version": kernel.version,
            "projectUrl": kernel.project_url,
            "description": kernel.description,
        },
    }


def read_pool(tree: Any) -> PoolFacts:
    """Metadata as a client reads it. Raises WireError."""
    found = Pool.read(mapping(tree))
    kernel = found.jupyter_kernel
    return PoolFacts(
        _versioned(found.runtimes),
        _versioned(found.pre_installed_packages),
        found.created_at,
        found.last_updated_at,
        KernelFacts(kernel.name, kernel.version, kernel.project_url, kernel.description) if kernel else None,
    )


def _versioned(items: list[Any]) -> tuple[Versioned, ...]:
    named = (Named.read(item) for item in items if isinstance(item, dict))
    return tuple(Versioned(one.name, one.version) for one in named if one.name)


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else time_text(seconds)
