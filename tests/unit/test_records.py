"""Records are dataclasses in all that the stdlib, type checkers and users of them see."""

from __future__ import annotations

import copy
import dataclasses
import math
from typing import Any

import pytest

from backend import records


def _both(frozen: bool = True, **options: bool) -> list[Any]:
    """The same class by both decorators."""
    made = []
    for decorator in (records.dataclass, dataclasses.dataclass):

        class Point:
            """A place."""

            x: int
            y: float = 0.0
            names: list[str] = dataclasses.field(default_factory=list)
            secret: str = dataclasses.field(default="", repr=False, compare=False)

        Point.__qualname__ = "Point"
        made.append(decorator(frozen=frozen, slots=True, **options)(Point))
    return made


OURS, THEIRS = _both()


@pytest.mark.parametrize("arguments", [(1,), (1, 2.0), (1, 2.0, ["a"]), (1, math.nan, [], "s")])
def test_instances_are_as_those_of_the_stdlib(arguments: tuple[Any, ...]) -> None:
    ours, theirs = OURS(*arguments), THEIRS(*arguments)
    assert repr(ours) == repr(theirs)
    assert dataclasses.astuple(ours) == dataclasses.astuple(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert repr(dataclasses.replace(ours, x=7)) == repr(dataclasses.replace(theirs, x=7))
    assert (ours == OURS(*arguments)) is (theirs == THEIRS(*arguments)) is True
    assert ours != theirs
    assert (ours == OURS(9)) is False
    assert copy.deepcopy(ours) == copy.copy(ours) == ours


@pytest.mark.parametrize("arguments", [(), (1, 2, 3, 4, 5)])
def test_wrong_arguments_are_told_alike(arguments: tuple[Any, ...]) -> None:
    told = []
    for cls in (OURS, THEIRS):
        with pytest.raises(TypeError) as caught:
            cls(*arguments)
        told.append(str(caught.value).replace("_both.<locals>.", ""))
    assert told[0] == told[1]


def test_each_instance_has_a_default_of_its_own() -> None:
    assert OURS(1).names is not OURS(1).names


def test_what_is_frozen_stays() -> None:
    point = OURS(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x
    assert point.x == 1
    with pytest.raises(TypeError):
        hash(point)  # as any tuple with a list in it


def test_hashes_are_of_what_is_compared() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Name:
        first: str
        note: str = dataclasses.field(default="", compare=False)

    assert hash(Name("a", "b")) == hash(Name("a"))
    assert Name("a", "b") == Name("a")
    assert len({Name("a"), Name("a"), Name("b")}) == 2


def test_what_can_change_has_no_hash_and_takes_values() -> None:
    ours, theirs = _both(frozen=False)
    assert ours.__hash__ is theirs.__hash__ is None
    point = ours(1)
    point.x = 5
    assert point == ours(5)
    assert not hasattr(point, "__dict__")


def test_without_eq_only_the_same_is_equal() -> None:
    ours, _ = _both(frozen=False, eq=False)
    point = ours(1)
    assert point == point
    assert point != ours(1)
    assert hash(point)


def test_methods_of_the_class_and_its_bases_count() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Base:
        a: int

        def __repr__(self) -> str:
            return f"<{self.a}>"

    @records.dataclass(frozen=True, slots=True, kw_only=True)
    class Derived(Base):
        b: int = 2
        seen: list[int] = dataclasses.field(default_factory=list)

        def __post_init__(self) -> None:
            self.seen.append(self.a + self.b)

    derived = Derived(1, b=5)
    assert (derived.a, derived.b, derived.seen) == (1, 5, [6])
    assert repr(Base(3)) == "<3>"
    with pytest.raises(TypeError, match="positional"):
        Derived(1, 2)  # type: ignore[call-arg]
    match Base(4):
        case Base(4):
            pass
        case _:
            pytest.fail("a record is matched by its fields")


def test_a_record_without_slots_is_refused() -> None:
    with pytest.raises(TypeError, match="slots"):
        records.dataclass(slots=False)(type("Open", (), {}))
