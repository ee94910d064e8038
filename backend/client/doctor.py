"""Checks of a remote target, and waiting until it lets us in. Nothing is run and no session is made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import field, replace

from backend.client import failures
from backend.client.addresses import Kind, recognise
from backend.client.calls import Calls
from backend.client.claims import Claims
from backend.client.diagnosis import Diagnosis, Seen, diagnose
from backend.client.options import DEFAULT, Options
from backend.client.sources import Source
from backend.errors import NotAllowed, Refused, TargetError, WorkbenchError
from backend.models import Target
from backend.records import dataclass

FIRST_WAIT, LONGEST_WAIT = 10.0, 60.0  # seconds: roles were seen in force after 45 s, and after minutes
PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing checked: `what` in a word, whether it is well, what was found, and how to mend it.

    `command` is ready to copy; it is part of `remedy`.
    """

    what: str
    well: bool
    text: str
    remedy: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """All steps up to the first that is not well. `status` is the HTTP code of the last answer, 0 without."""

    steps: tuple[Step, ...]
    status: int = 0
    waiting_helps: bool = False

    @property
    def well(self) -> bool:
        """Whether the target can be used."""
        return all(step.well for step in self.steps)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to be let in: the next one follows in `seconds`, 0 after the last.

    `waited` are the seconds since the first. `examination` tells how this one went.
    """

    number: int
    seconds: float
    waited: float
    examination: Examination = field(repr=False)

    @property
    def allowed(self) -> bool:
        """Whether the target lets us in."""
        return self.examination.well


async def examine(
    target: Target,
    options: Options = DEFAULT,
    source: Source | None = None,
) -> Examination:
    """What is wrong between here and the target: its URL, the token, or what it answers. Raises nothing."""
    address = recognise(target.url or "")
    if address.mistake and address.fatal:
        return Examination((Step("url", False, address.mistake, address.remedy),))
    leads = ", with the path of a pool" if address.pool and address.kind in (Kind.LOCAL, Kind.OTHER) else ""
    told = address.mistake or f"{address.kind}{leads}"
    steps = [Step("url", not address.mistake, told, address.remedy)]
    try:
        calls = Calls.to(target, options, source)
    except WorkbenchError as error:
        return Examination((*steps, Step("url", False, error.message, error.hint)))
    try:
        return await _examine(calls, steps)
    finally:
        await calls.transport.close()


async def _examine(calls: Calls, steps: list[Step]) -> Examination:
    credential = calls.transport.credential
    try:
        token = await credential.token()
    except WorkbenchError as error:
        return Examination((*steps, Step("token", False, error.message, error.hint)))
    if token is not None:
        steps.append(_token_step(calls, credential.claims))
    status, step, diagnosis = await _answer(calls)
    if not step.well and steps[-1].remedy == step.remedy:  # said once
        steps[-1] = replace(steps[-1], remedy="", command="")
    return Examination((*steps, step), status, diagnosis.waiting_helps)


def _token_step(calls: Calls, claims: Claims | None) -> Step:
    """What the token says of itself; it counts as well, since only the target can judge it."""
    if claims is None:
        return Step("token", True, "a token that tells nothing of itself")
    left = None if claims.expires_at is None else round((claims.expires_at - time.time()) / 60)
    ends = "" if left is None else f", ends in {left} min" if left > 0 else f", ended {-left} min ago"
    text = f"for {claims.audience or 'nobody'}, object {claims.object_id or 'unknown'}{ends}"
    found = diagnose(Seen(calls.endpoint.base, 401, claims=claims))
    over = claims.expires_at is not None and claims.expires_at <= time.time()
    wrong = recognise(calls.endpoint.base).service and (not claims.right_audience or over)
    return Step(
        "token", True, text, f"{found.cause} {found.remedy}" if wrong else "", found.command if wrong else ""
    )


async def _answer(calls: Calls) -> tuple[int, Step, Diagnosis]:
    """The target asked for what it has, which touches no session."""
    limit = calls.options.calling
    try:
        answer = await calls.once(calls.wire.metadata(), None, limit)
        return answer.status, Step("target", True, f"{calls.endpoint.host} answers"), Diagnosis()
    except (NotAllowed, Refused) as refused:
        error = refused
    except TargetError as unreachable:
        return 0, Step("target", False, unreachable.message, unreachable.hint), Diagnosis()
    if error.status in (404, 405, 501) and calls.endpoint.kind is not Kind.POOL:
        return await _health(calls, error)
    return _refused(calls, error)


async def _health(calls: Calls, error: NotAllowed | Refused) -> tuple[int, Step, Diagnosis]:
    """A target without metadata, as old containers are, tells its health."""
    try:
        answer = await calls.once(calls.wire.health(), None, calls.options.calling)
    except (NotAllowed, Refused):
        return _refused(calls, error)
    except TargetError as unreachable:
        return 0, Step("target", False, unreachable.message, unreachable.hint), Diagnosis()
    return answer.status, Step("target", True, f"{calls.endpoint.host} is healthy"), Diagnosis()


def _refused(calls: Calls, error: NotAllowed | Refused) -> tuple[int, Step, Diagnosis]:
    claims = calls.transport.credential.claims
    found = diagnose(Seen(calls.endpoint.base, error.status, error.code, "", claims))
    remedy = " ".join(filter(None, (found.cause, found.remedy))) or error.hint
    step = Step("target", False, failures.safe(error.message), remedy, found.command)
    return error.status, step, found


async def until_allowed(
    target: Target,
    options: Options = DEFAULT,
    source: Source | None = None,
    *,
    first_wait: float = FIRST_WAIT,
    longest_wait: float = LONGEST_WAIT,
    patience: float = PATIENCE,
) -> AsyncIterator[Attempt]:
    """Try until the target lets us in, which takes a role minutes to do: each try before its pause.

    It ends with the first try that is let in, that waiting does not help, or that is `patience` seconds late.
    Every try fetches a token anew. Leaving the iterator, or cancelling who reads it, stops it.
    """
    start, wait, number = time.monotonic(), first_wait, 0
    while True:
        number += 1
        examination = await examine(target, options, source)
        waited = time.monotonic() - start
        last = examination.well or not examination.waiting_helps or waited + wait > patience
        yield Attempt(number, 0.0 if last else wait, waited, examination)
        if last:
            return
        await asyncio.sleep(wait)
        wait = min(wait * 1.5, longest_wait)
