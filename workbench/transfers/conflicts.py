"""Names that are taken already: asked for one by one, or once for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Sequence
from enum import StrEnum

from backend.records import dataclass
from workbench.transfers.names import free


class Choice(StrEnum):
    """What becomes of a file whose name is taken."""

    REPLACE = "replace"
    BOTH = "both"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer, and whether it is that of all others too."""

    choice: Choice
    for_all: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """The name that the wish of that index gets, and whether what has it is replaced."""

    index: int
    name: str
    overwrite: bool


Ask = Callable[[str, int], Awaitable[Decision | None]]
"""Asks for a name that is taken, with the number of those after it; None calls all of it off."""


async def settle(wishes: Sequence[str], taken: Container[str], ask: Ask) -> list[Settled] | None:
    """What name each wish gets; None when all of it is called off. Two equal wishes both get one."""
    settled: list[Settled] = []
    given: set[str] = set()
    always: Choice | None = None
    conflicts = sum(wish in taken for wish in wishes)
    for index, wish in enumerate(wishes):
        choice = None
        if wish in taken:
            conflicts -= 1
            choice = always
            if choice is None:
                decision = await ask(wish, conflicts)
                if decision is None:
                    return None
                choice = decision.choice
                always = choice if decision.for_all else None
        if choice is Choice.SKIP:
            continue
        overwrite = choice is Choice.REPLACE and wish not in given
        name = wish if overwrite else free(wish, _Either(taken, given))
        given.add(name)
        settled.append(Settled(index, name, overwrite))
    return settled


@dataclass(frozen=True, slots=True)
class _Either:
    """What is in one of two."""

    one: Container[str]
    other: Container[str]

    def __contains__(self, name: object) -> bool:
        return name in self.one or name in self.other
