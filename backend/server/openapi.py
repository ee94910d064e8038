"""What is served, as an OpenAPI document, made from the table of routes so that it tells nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backend.server.management import NONCE
from backend.server.settings import Settings
from backend.server.shapes import SCHEMAS, TEXT, Schema, listing, refer
from backend.wire.messages import JSON
from backend.wire.versions import (
    FEATURES,
    NEWEST,
    UNIDENTIFIED,
    ApiVersion,
    Call,
    Features,
    FileShape,
    Generation,
    Option,
)

PATH = "/openapi.json"
_BYTES = "application/octet-stream"
_FILES = {FileShape.PROPERTIES: "LegacyFile", FileShape.CONTAINER: "ContainerFile", FileShape.FLAT: "File"}
_SUMMARIES = {
    Call.EXECUTE: "Run code in a session",
    Call.POLL: "What became of an execution",
    Call.LIST_FILES: "The files of a session",
    Call.UPLOAD: "Write a file",
    Call.DESCRIBE: "What is known of a file",
    Call.DOWNLOAD: "The bytes of a file",
    Call.DELETE: "Delete a file",
    Call.SESSION: "A session",
    Call.END_SESSION: "End a session; its variables and files are gone",
    Call.LIST_SESSIONS: "All sessions",
    Call.METADATA: "The interpreter of the sessions and its packages",
    Call.STOP_SESSION: "End a session",
    Call.HEALTH: "Whether the server is there",
    Call.READY: "Whether the interpreter answers",
}


def document(settings: Settings) -> dict[str, Any]:
    """The document."""
    paths: dict[str, Any] = {}
    for path, method, call, versions in _operations():
        paths.setdefault(path, {})[method.lower()] = _operation(path, call, versions)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Code Interpreter Dynamic Sessions, served locally",
            "version": settings.version or "0",
            "description": f"Without `api-version` a path means the newest version that has it ({NEWEST} "
            "first). Without `identifier` a request is for the session `default`.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of the token file; programs of the server's user need none.",
                }
            },
        },
    }


def _operations() -> Iterator[tuple[str, str, Call, list[ApiVersion]]]:
    """Path, method and call of each operation, with the versions that have it."""
    found: dict[tuple[str, str, Call], list[ApiVersion]] = {}
    for version, features in FEATURES.items():
        for route in features.routes:
            found.setdefault((route.path, route.method, route.call), []).append(version)
    for (path, method, call), versions in found.items():
        yield path, method, call, versions


def _operation(path: str, call: Call, versions: list[ApiVersion]) -> dict[str, Any]:
    features = [FEATURES[version] for version in versions]
    operation: dict[str, Any] = {
        "operationId": f"{call} {path}",
        "summary": _SUMMARIES[call],
        "parameters": list(_parameters(path, call, versions)),
        "responses": {
            **{str(status): answer for status, answer in _answers(call, features)},
            "default": {"description": "A refusal", "content": {JSON: {"schema": refer("Error")}}},
        },
    }
    if call is Call.EXECUTE:
        legacy = features[0].generation is Generation.LEGACY
        operation["requestBody"] = _body(JSON, refer("LegacyExecute" if legacy else "Execute"))
    elif call is Call.UPLOAD:
        form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = _body("multipart/form-data", form | {"required": ["file"]})
    return operation


def _parameters(path: str, call: Call, versions: list[ApiVersion]) -> Iterator[dict[str, Any]]:
    for place in ("name", "id"):
        if f"{{{place}}}" in path:
            yield {
                "name": place,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "minLength": 1},
            }
    yield _query("api-version", {"type": "string", "enum": list(versions)})
    if call not in UNIDENTIFIED:
        yield _query("identifier", TEXT)
    has = {option for version in versions for option in FEATURES[version].options}
    if Option.FOLDERS in has and call in (
        Call.LIST_FILES,
        Call.UPLOAD,
        Call.DESCRIBE,
        Call.DOWNLOAD,
        Call.DELETE,
    ):
        yield _query("path", TEXT)
    if call is Call.LIST_FILES and Option.RECURSIVE in has:
        yield _query("recursive", {"type": "boolean"})
    if call in (Call.LIST_FILES, Call.LIST_SESSIONS):
        yield _query("skip", {"type": "integer", "minimum": 0, "maximum": 10**9 - 1})
    if call is Call.HEALTH:
        yield _query("nonce", {"type": "string", "maxLength": NONCE})
    if call is Call.EXECUTE:
        operation = {"type": "string", "pattern": "^[A-Za-z0-9._~:-]{1,128}$"}
        yield {"name": "operation-id", "in": "header", "required": False, "schema": operation}
    if call is Call.DOWNLOAD:
        yield {"name": "range", "in": "header", "required": False, "schema": TEXT}


def _query(name: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _body(kind: str, schema: Schema) -> dict[str, Any]:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _answers(call: Call, features: list[Features]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Codes of success with what comes with them; those of several versions are any of theirs."""
    if call is Call.EXECUTE:
        for status in sorted(
            {each.success for each in features} | {202 for each in features if each.asynchronous}
        ):
            legacy = features[0].generation is Generation.LEGACY
            yield status, _json(refer("LegacyExecution" if legacy else "Execution"))
    elif call is Call.DOWNLOAD:
        for status in (200, 206):
            content = {_BYTES: {"schema": {"type": "string", "format": "binary"}}}
            yield status, {"description": "The bytes; their type goes by the name", "content": content}
    elif call is Call.DELETE:
        generations = {each.generation for each in features}
        if Generation.LEGACY in generations:
            yield 200, _json(refer("Message"))
        if Generation.CURRENT in generations:
            yield 204, {"description": "Deleted"}
    elif call is Call.END_SESSION:
        yield 204, {"description": "Ended"}
    elif call is Call.STOP_SESSION:
        yield 200, {"description": "Ended", "content": {"text/plain": {"schema": TEXT}}}
    else:
        shapes: list[Schema] = []
        for each in features:
            if (schema := _schema(call, each)) not in shapes:
                shapes.append(schema)
        yield 200, _json(shapes[0] if len(shapes) == 1 else {"anyOf": shapes})


def _schema(call: Call, features: Features) -> Schema:
    file = refer(_FILES[features.file_shape])
    described = refer("File") if features.file_shape is FileShape.FLAT else listing(refer("LegacyFile"))
    listed = {"type": "array", "items": file} if features.listed_bare else listing(file)
    uploaded = file if features.file_shape is FileShape.FLAT else listed
    return {
        Call.POLL: refer("Execution"),
        Call.LIST_FILES: listed,
        Call.UPLOAD: uploaded,
        Call.DESCRIBE: described,
        Call.SESSION: refer("Session"),
        Call.LIST_SESSIONS: listing(refer("Session"), "sessions"),
        Call.METADATA: refer("Metadata"),
        Call.HEALTH: refer("Health"),
        Call.READY: refer("Message"),
    }[call]


def _json(schema: Schema) -> dict[str, Any]:
    return {"description": "Done", "content": {JSON: {"schema": schema}}}
