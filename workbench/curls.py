"""Executions and exchanges as curl commands, in either generation. Imported when one is asked for."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from backend.client.endpoint import Endpoint
from backend.errors import UsageError
from backend.models import Target
from backend.wire import curl, execute
from backend.wire.client_side import ClientSide
from backend.wire.exchange import Exchange
from backend.wire.facts import Execute
from backend.wire.messages import HttpRequest
from backend.wire.problems import WireError
from backend.wire.routes import Match, match
from backend.wire.versions import FEATURES, NEWEST, ApiVersion, Call, Generation
from workbench.history.entry import Entry

_REPRESENTATIVE = {Generation.LEGACY: ApiVersion.V2024_02_02, Generation.CURRENT: NEWEST}


def version_in(api_version: str, *, other: bool = False) -> ApiVersion:
    """The version that is named, or one of the other generation. Raises UsageError."""
    try:
        version = ApiVersion.parse(api_version) if api_version else NEWEST
    except WireError as error:
        raise UsageError(str(error)) from None
    if not other:
        return version
    legacy = FEATURES[version].generation is Generation.LEGACY
    return _REPRESENTATIVE[Generation.CURRENT if legacy else Generation.LEGACY]


def token_for(target: Target | None, url: str) -> str | None:
    """What a shell makes the token of that a target's `auth` asks for; None where nothing tells how.

    Empty where `url` may carry none: it is another place than the target, or http to another machine.
    """
    if target is None or not target.url:
        return None
    try:
        endpoint = Endpoint.parse(target.url)
    except UsageError:
        return None
    word, _, rest = target.auth.partition(":")
    if word == "none" or not endpoint.secure or not endpoint.same_origin(url):
        return ""
    if word == "env":
        return f"${rest.strip()}"
    return f"$({shlex.join(shlex.split(rest))})" if word == "command" else curl.FETCHED


def of_execution(entry: Entry, version: ApiVersion, target: Target | None) -> str:
    """The command that runs the code of an execution again, at its target. Raises UsageError.

    That of this machine's sessions is `workbench serve`.
    """
    base = (target.url if target else None) or curl.LOCAL
    try:
        return curl.execution(
            entry.code,
            entry.session,
            version=version,
            base=base,
            asynchronous=target is not None and target.asynchronous,
            token=token_for(target, base),
        )
    except WireError as error:
        raise UsageError(f"There is no curl command for this: {error}") from None


def of_exchange(exchange: Exchange, target: Target | None = None, *, other: bool = False) -> str:
    """The command that makes an exchange again, or one that asks the same in the other generation.

    `target` is the one it was made with. Raises UsageError for an exchange that cannot be made again.
    """
    try:
        return _of_exchange(exchange, token_for(target, exchange.url), other)
    except WireError as error:
        raise UsageError(f"There is no curl command for this exchange: {error}") from None


def _of_exchange(exchange: Exchange, token: str | None, other: bool) -> str:
    parts = urlsplit(exchange.url)
    query = dict(parse_qsl(parts.query))
    version = version_in(query.get("api-version", exchange.api_version))
    base_path, found = _matched(exchange.method, parts.path, version)
    wire = ClientSide(version_in(version, other=other))
    base = urlunsplit((parts.scheme, parts.netloc, base_path, "", ""))
    session = query.get("identifier", "")
    if found.call is Call.EXECUTE:
        request = wire.execute(replace(_asked(exchange), session=session))
    else:
        request = _request(wire, found, session, query)
    return curl.command(request, base, token=token)


def _matched(method: str, path: str, version: ApiVersion) -> tuple[str, Match]:
    """The base of a path, which may have segments of its own, and what the rest asks for."""
    segments = path.split("/")
    error: WireError | None = None
    for start in range(1, len(segments)):
        try:
            return "/".join(segments[:start]), match(method, "/".join(segments[start:]), version)
        except WireError as wrong:
            error = error or wrong
    raise error or WireError("It has no path.", "path")


def _request(wire: ClientSide, found: Match, session: str, query: Mapping[str, str]) -> HttpRequest:
    folder = query.get("path", "")
    path = f"{folder.rstrip('/')}/{found.name}" if folder else found.name
    match found.call:
        case Call.LIST_FILES:
            return wire.list_files(session, folder, recursive=query.get("recursive") == "true")
        case Call.UPLOAD:
            return wire.upload(session, path or "FILE")
        case Call.DESCRIBE:
            return wire.describe(session, path)
        case Call.DOWNLOAD:
            return wire.download(session, path)
        case Call.DELETE:
            return wire.delete(session, path)
        case Call.POLL:
            return wire.poll(session, found.id)
        case Call.SESSION:
            return wire.session(session)
        case Call.END_SESSION:
            return wire.end_session(session)
        case Call.STOP_SESSION:
            return wire.stop_session(session)
        case Call.LIST_SESSIONS:
            return wire.list_sessions()
        case Call.METADATA:
            return wire.metadata()
        case _:
            return wire.health()


def _asked(exchange: Exchange) -> Execute:
    """What a request's body asks for, whichever shape it has."""
    try:
        body: Any = json.loads(exchange.request_body.text)
        return execute.read(body.get("properties", body))
    except (ValueError, AttributeError):
        raise WireError("its code is not kept whole.", "code") from None
