"""As much of JSON Schema as the server's document uses: what does not match a schema, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_KNOWN = {
    *(
        "type",
        "properties",
        "required",
        "items",
        "anyOf",
        "enum",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
    ),
    *("pattern", "format", "description", "$ref"),
}


def problems(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "") -> Iterator[str]:
    """Each thing about `value` that the schema does not allow."""
    assert set(schema) <= _KNOWN, schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from problems(value, document["components"]["schemas"][name], document, at)
        return
    if "anyOf" in schema:
        tried = [list(problems(value, each, document, at)) for each in schema["anyOf"]]
        if all(tried):
            yield min(tried, key=len)[0]
        return
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{at or 'it'} is {value!r}, not {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}, not one of {schema['enum']}"
    if isinstance(value, int | float) and value < schema.get("minimum", value):
        yield f"{at} is {value}"
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{at}.{name} is missing"
        for name, each in schema.get("properties", {}).items():
            if name in value:
                yield from problems(value[name], each, document, f"{at}.{name}")
    if isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from problems(each, schema["items"], document, f"{at}[{number}]")


def _is(value: Any, kinds: str | list[str]) -> bool:
    names = [kinds] if isinstance(kinds, str) else kinds
    return any(
        isinstance(value, _KINDS[name]) and not (isinstance(value, bool) and name in ("integer", "number"))
        for name in names
    )
