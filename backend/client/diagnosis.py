"""Why a target refuses, in one sentence, and the command that mends it. Pure."""

from __future__ import annotations

import shlex
import time
from urllib.parse import urlsplit

from backend.client.addresses import Address, Kind, Pool, endpoint_command, recognise
from backend.client.claims import AUDIENCE, Claims
from backend.records import dataclass

ROLE = "Azure ContainerApps Session Executor"
TOKEN_COMMAND = f"az account get-access-token --resource {AUDIENCE}"
_WRONG_FORM = "dynamicapisnotallowed"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a refusal; `claims` are those of the token sent, None without a readable one."""

    url: str
    status: int
    code: str = ""
    message: str = ""
    claims: Claims | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The likely cause in one sentence, what to do, and the command for it, ready to copy.

    `waiting_helps` tells that the same request may go well in a few minutes.
    """

    cause: str = ""
    advice: str = ""
    command: str = ""
    waiting_helps: bool = False

    @property
    def remedy(self) -> str:
        """Advice and command in one line."""
        return f"{self.advice} {self.command}".strip()


def diagnose(seen: Seen, now: float | None = None) -> Diagnosis:
    """Why, as far as the URL, the answer and the token tell. `now` is in seconds since the epoch."""
    address = recognise(seen.url)
    if address.mistake:
        return Diagnosis(address.mistake, address.remedy)
    if seen.code.lower() == _WRONG_FORM:
        return Diagnosis(
            "A pool of custom containers has a host of its own, and this is the URL of the other kind.",
            "Ask for it:",
            endpoint_command(address.pool),
        )
    if seen.status == 401:
        return _token(seen, time.time() if now is None else now)
    if seen.status == 403:
        return _role(seen, address.pool, time.time() if now is None else now)
    if seen.status == 404:
        return _not_found(address)
    if seen.status == 413:
        return Diagnosis("It is larger than the target takes: the service takes 128 MB in one upload.")
    return Diagnosis()


def _token(seen: Seen, now: float) -> Diagnosis:
    claims = seen.claims
    if found := _wrong_token(claims, now):
        return found
    if not recognise(seen.url).service:
        return Diagnosis(
            "It asks for a token that it knows.", "Set auth in the profile: env:VARIABLE or command:PROGRAM."
        )
    if claims is None:
        return Diagnosis(
            "No readable token was sent.", "Set auth to azure, or to", f"'command:{TOKEN_COMMAND}'"
        )
    tenant = f" than the pool ({claims.tenant[:40]})" if claims.tenant else ""
    return Diagnosis(
        f"The token looks right, so it is probably of another tenant{tenant}, or the role is missing.",
        "Sign in at the pool's tenant:",
        "az login --tenant TENANT",
    )


def _wrong_token(claims: Claims | None, now: float) -> Diagnosis | None:
    if claims is None:
        return None
    if claims.audience and not claims.right_audience:
        return Diagnosis(
            f"The token is meant for {claims.audience[:80]}, and the service wants {AUDIENCE}.",
            "Get one for it:",
            TOKEN_COMMAND,
        )
    if claims.expires_at is not None and claims.expires_at <= now:
        ago = max(1, round((now - claims.expires_at) / 60))
        return Diagnosis(f"The token ended {ago} min ago.", "Get another one:", TOKEN_COMMAND)
    return None


def _role(seen: Seen, pool: Pool | None, now: float) -> Diagnosis:
    if found := _wrong_token(seen.claims, now):
        return found
    if not recognise(seen.url).service:
        return Diagnosis("It refuses this request, whoever asks.", "Look at what it logs.")
    return Diagnosis(
        f"The role {ROLE!r} is missing on the pool, or was given minutes ago and is not in force yet, or"
        " the URL is not that of your pool.",
        "Give it:",
        role_command(pool, seen.claims),
        waiting_helps=True,
    )


def role_command(pool: Pool | None, claims: Claims | None) -> str:
    """The command that gives the role on a pool to who the token is for."""
    who = claims.object_id if claims and claims.object_id else ""
    kind = "ServicePrincipal" if claims and claims.kind == "app" else "User"
    assignee = shlex.quote(who) if who else '"$(az ad signed-in-user show --query id --output tsv)"'
    scope = shlex.quote(pool.resource) if pool else _LOOK_UP_SCOPE
    return (
        f"az role assignment create --role {shlex.quote(ROLE)} --assignee-object-id {assignee}"
        f" --assignee-principal-type {kind} --scope {scope}"
    )


_LOOK_UP_SCOPE = (
    '"$(az containerapp sessionpool show --name POOL --resource-group GROUP --query id --output tsv)"'
)


def _not_found(address: Address) -> Diagnosis:
    if address.pool is not None:
        return Diagnosis(
            "There is no such pool in this region, or it lacks this call in this API version.",
            "Compare the URL with:",
            endpoint_command(address.pool),
        )
    parts = urlsplit(address.url)
    if address.kind is Kind.LOCAL and parts.path:
        return Diagnosis(
            "A container has no path in its URL, as a rule.", f"Try {parts.scheme}://{parts.netloc}"
        )
    return Diagnosis("", "Check the URL and the API version.")
