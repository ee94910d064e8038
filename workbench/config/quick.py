"""Values that are certainly right, taken without pydantic: a start with a config file saves 90 ms.

Whatever is not plainly right is left to `checking`, which knows conversions and writes the sentences.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from workbench.config.schema import Auth, Limits, Names

T = TypeVar("T")


class NotPlainError(Exception):
    """A value is wrong, or right only after a conversion."""


def take(schema: type[T], tree: Mapping[str, Any]) -> T:
    """An instance of `schema` from values of exactly the right types. Raises NotPlainError."""
    hints = get_type_hints(schema, include_extras=True)
    names = {field.name for field in dataclasses.fields(schema)}  # type: ignore[arg-type]  # a dataclass type
    if not tree.keys() <= names:
        raise NotPlainError
    return schema(**{name: _plain(hints[name], value) for name, value in tree.items()})


def _plain(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return take(hint, value)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _within(arguments[1:], _plain(arguments[0], value))
    if origin in (Union, UnionType):
        (hint,) = (argument for argument in arguments if argument is not NoneType)
        return _plain(hint, value)
    if origin is Literal and type(value) is str and value in arguments:
        return value
    if origin is Mapping and isinstance(value, dict):
        return {key: _plain(arguments[1], inner) for key, inner in value.items()}
    if origin is tuple and isinstance(value, list):
        return tuple(_plain(arguments[0], inner) for inner in value)
    if hint is float and type(value) in (int, float):
        return float(value)
    if hint in (str, int, bool) and type(value) is hint:
        return value
    raise NotPlainError


def _within(metadata: tuple[Any, ...], value: Any) -> Any:
    for limits in metadata:
        if not isinstance(limits, Auth | Limits | Names) or not limits.allow(value):
            raise NotPlainError
    return value
