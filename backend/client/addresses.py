"""What a URL is: a pool, a container, or a common mistake, with the way out of it. Pure."""

from __future__ import annotations

import re
import shlex
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from backend.records import dataclass

SERVICE_HOST = "dynamicsessions.io"
CUSTOM_HOST = "azurecontainerapps.io"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_POOL = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)(?:/providers/Microsoft\.App)?"
    r"/sessionPools/(?P<pool>[^/?#]+)",
    re.I,
)
_CALL = re.compile(
    r"/(?:code/execute|python/execute|executions(?:/[^/]+)?|files(?:/.*)?|upload|session|listSessions|metadata"
    r"|health(?:/startup)?|\.management(?:/.*)?)$",
    re.I,
)

_PLACEHOLDER = re.compile(r"<[^<>/]+>|\{[^{}/]+\}")
_HOST = re.compile(r"[\w.:%-]+")


class Kind(StrEnum):
    """What answers at a URL."""

    LOCAL = "a container on this machine"
    POOL = "a pool of the service"
    CUSTOM = "a pool of custom containers"
    OTHER = "another host"


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool by the names in its URL, as the target spells them."""

    subscription: str
    group: str
    name: str

    @property
    def resource(self) -> str:
        """Its id in the resource manager."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/Microsoft.App/sessionPools/{self.name}"
        )


@dataclass(frozen=True, slots=True)
class Address:
    """A URL recognised. `mistake` is a sentence, `remedy` what to do, often a command ready to copy.

    `fatal` tells that no request to such a URL can be right. `better` is the URL that was probably meant.
    """

    url: str
    kind: Kind = Kind.OTHER
    pool: Pool | None = None
    mistake: str = ""
    remedy: str = ""
    fatal: bool = False
    better: str = ""

    @property
    def service(self) -> bool:
        """Whether the service answers there, which has its own tokens and roles."""
        return self.kind in (Kind.POOL, Kind.CUSTOM) or self.pool is not None


def recognise(url: str) -> Address:
    """What the URL is, and what is wrong with it as far as it tells."""
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError:
        return Address(url, mistake="The URL cannot be read.", remedy=_form(), fatal=True)
    if found := _PLACEHOLDER.search(unquote(url)):
        mistake = f"The URL has {found[0][:40]} in it, which stands for something else."
        return Address(url, mistake=mistake, remedy=f"Ask for it: {endpoint_command(None)}", fatal=True)
    if parts.scheme not in ("http", "https") or not host:
        return _without_scheme(url)
    if not _HOST.fullmatch(host):
        return Address(url, mistake="The URL names no host that can be.", remedy=_form(), fatal=True)
    if parts.username is not None or parts.password is not None:
        return Address(
            url,
            mistake="The URL carries a user name or a password.",
            remedy="Leave them out: sign in with auth in the profile.",
            fatal=True,
        )
    return _elsewhere(url, parts, host) or _known(url, parts, host)


def _without_scheme(url: str) -> Address:
    if pool := _pool_in(f"/{url.lstrip('/')}"):
        mistake = "This is the resource id of the pool, not the URL of its sessions."
        remedy = f"Ask for that: {endpoint_command(pool)}"
        if not re.match(r"[\w.-]+\.\w", url):
            return Address(url, Kind.OTHER, pool, mistake, remedy, fatal=True)
    better = f"https://{url}" if re.match(r"[\w.-]+\.(?:io|com|net)(?:/|$)", url) else ""
    if not better and re.match(r"(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/|$)", url):
        better = f"http://{url}"
    remedy = f"Use {better}" if better else _form()
    mistake = "The URL does not begin with https:// or http://."
    return Address(url, mistake=mistake, remedy=remedy, fatal=True, better=better)


def _elsewhere(url: str, parts: SplitResult, host: str) -> Address | None:
    """Places where no session lives."""
    pool = _pool_in(unquote(f"{parts.path}#{parts.fragment}"))
    if host.endswith(("management.azure.com", "management.chinacloudapi.cn", "management.usgovcloudapi.net")):
        mistake = "This is the pool in the resource manager, not where its sessions live."
    elif host.endswith(("portal.azure.com", "portal.azure.cn", "portal.azure.us", "learn.microsoft.com")):
        mistake = "This is a page of the portal, not where sessions live."
    else:
        return None
    return Address(url, Kind.OTHER, pool, mistake, f"Ask for the right one: {endpoint_command(pool)}", True)


def _pool_in(text: str) -> Pool | None:
    found = _POOL.search(text)
    return Pool(found["subscription"], found["group"], found["pool"]) if found else None


def _known(url: str, parts: SplitResult, host: str) -> Address:
    kind = Kind.OTHER
    if host in LOOPBACK:
        kind = Kind.LOCAL
    elif _under(host, SERVICE_HOST):
        kind = Kind.POOL
    elif _under(host, CUSTOM_HOST):
        kind = Kind.CUSTOM
    if called := _CALL.search(parts.path):
        better = f"{parts.scheme}://{parts.netloc}{parts.path[: called.start()]}"
        mistake = f"The URL names a call ({called[0]}), not the target."
        return Address(url, kind, None, mistake, f"Use {better}", True, better)
    if parts.query or parts.fragment:
        better = url.partition("#")[0].partition("?")[0].rstrip("/")
        mistake = "The URL of a target has no ? and no #: session and version come from the profile."
        return Address(url, kind, None, mistake, f"Use {better}", True, better)
    if kind is Kind.POOL:
        return _pool(url, parts)
    if kind is Kind.CUSTOM and parts.scheme == "http":
        return _insecure(url, kind, None)
    if kind is Kind.CUSTOM and parts.path:
        better = f"{parts.scheme}://{parts.netloc}"
        mistake = "A pool of custom containers has no path in its URL."
        return Address(url, kind, None, mistake, f"Use {better}", better=better)
    return Address(url, kind, _pool_in(parts.path))  # a gateway, or a tunnel, may lead to a pool


def _pool(url: str, parts: SplitResult) -> Address:
    found = _POOL.match(parts.path)
    pool = Pool(found["subscription"], found["group"], found["pool"]) if found else None
    if pool is None:
        there = [word for word in ("subscriptions", "resourceGroups", "sessionPools") if word in parts.path]
        missing = [w for w in ("subscriptions", "resourceGroups", "sessionPools") if w not in there]
        mistake = (
            f"The URL of a pool goes on with a path, and this one lacks {', '.join(missing) or 'a name'}."
        )
        if parts.path in ("", "/"):
            mistake = (
                "The URL of a pool goes on with the path of the pool, and this one ends with the region."
            )
        return Address(url, Kind.POOL, None, mistake, f"Ask for it: {endpoint_command(None)}")
    if parts.scheme == "http":
        return _insecure(url, Kind.POOL, pool)
    region = (parts.hostname or "").lower().removesuffix(SERVICE_HOST).rstrip(".")
    if region in ("", "region"):
        mistake = f"The URL lacks the region of the pool before {SERVICE_HOST}."
        return Address(url, Kind.POOL, pool, mistake, f"Ask for it: {endpoint_command(pool)}", True)
    plain = f"/subscriptions/{pool.subscription}/resourceGroups/{pool.group}/sessionPools/{pool.name}"
    if parts.path != plain and parts.path.lower() != plain.lower():
        better = f"{parts.scheme}://{parts.netloc}{plain}"
        mistake = "The path does not end with the pool, or names the provider in between."
        return Address(url, Kind.POOL, pool, mistake, f"Use {better}", better=better)
    return Address(url, Kind.POOL, pool)


def _insecure(url: str, kind: Kind, pool: Pool | None) -> Address:
    better = "https" + url[len("http") :]
    mistake = "The service answers to https alone, and a token is never sent over http."
    return Address(url, kind, pool, mistake, f"Use {better}", True, better)


def endpoint_command(pool: Pool | None) -> str:
    """The command that prints the URL of a pool's sessions."""
    name, group = (pool.name, pool.group) if pool else ("POOL", "GROUP")
    also = f" --subscription {shlex.quote(pool.subscription)}" if pool else ""
    return (
        f"az containerapp sessionpool show --name {shlex.quote(name)} --resource-group {shlex.quote(group)}"
        f"{also} --query properties.poolManagementEndpoint --output tsv"
    )


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _form() -> str:
    return (
        "A target is http://localhost:6000, or https://REGION.dynamicsessions.io/subscriptions/SUB"
        "/resourceGroups/GROUP/sessionPools/POOL."
    )
