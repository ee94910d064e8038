"""What the models of both generations are made of: liberal readers, strict writers, unknown fields kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from backend.wire import scalars
from backend.wire.problems import WireError

Text = Annotated[str, BeforeValidator(scalars.as_text)]
Number = Annotated[int | float | None, BeforeValidator(scalars.as_number)]
Size = Annotated[int, BeforeValidator(scalars.as_size)]
Time = Annotated[float | None, BeforeValidator(scalars.as_time)]


def _mapping_or_none(value: Any) -> Any:
    return value if isinstance(value, Mapping | BaseModel) else None


def _list_or_empty(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else []


OrNone = BeforeValidator(_mapping_or_none)
"""For an object that something else may stand in for, which then tells nothing."""
OrEmpty = BeforeValidator(_list_or_empty)


class Shape(BaseModel):
    """A JSON object of the wire. Fields are camelCase there."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True, frozen=True)

    @classmethod
    def read(cls, tree: Any, field: str = "") -> Self:
        """The object. Raises WireError, which names the field that cannot be read."""
        try:
            return cls.model_validate(tree)
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join([*filter(None, [field]), *map(str, first["loc"])])
            raise WireError(f"{place or 'The body'}: {first['msg']}.", place) from problem

    def written(self) -> dict[str, Any]:
        """The fields that were set, by their names on the wire, in the order of the class."""
        return self.model_dump(by_alias=True, exclude_unset=True)
