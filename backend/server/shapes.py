"""JSON schemas of what goes in and comes out, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
SIZE: Schema = {"type": "integer", "minimum": 0}
TIME: Schema = {"type": ["string", "null"], "description": "ISO 8601 in UTC, with nine digits of fraction"}
ANY: Schema = {}


def shape(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object with these properties."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}


def refer(name: str) -> Schema:
    """The named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing(item: Schema, key: str = "value") -> Schema:
    """A list in its envelope."""
    return shape({key: {"type": "array", "items": item}}, nextLink=TEXT)


_FIELDS: dict[str, Schema] = {
    "codeInputType": {"type": "string", "enum": ["Inline", "InlineText", "InlineBase64"]},
    "executionType": {"type": "string", "enum": ["Synchronous", "Asynchronous"]},
    "timeoutInSeconds": {"type": "number", "minimum": 0},
    "identifier": TEXT,
    "outputStreamsMaxLength": {"type": "integer", "minimum": 0},
}
_CODE: dict[str, Schema] = {"code": TEXT}
_OUTPUT: dict[str, Schema] = {
    "stdout": TEXT,
    "stderr": TEXT,
    "executionResult": {"description": "The last value: JSON where it is that, else its text; or an image"},
    "executionTimeInMilliseconds": SIZE,
}
_VERSIONED = shape({"name": TEXT, "version": TEXT})

SCHEMAS: dict[str, Schema] = {
    "Error": shape({"error": shape({"code": TEXT, "message": TEXT}, target=TEXT)}),
    "LegacyExecute": shape({"properties": shape(_CODE, **_FIELDS)}),
    "LegacyExecution": shape(
        {
            "properties": shape(
                {
                    "$id": TEXT,
                    "status": {"type": "string", "enum": ["Success", "Failure"]},
                    **_OUTPUT,
                    "result": ANY,
                }
            )
        }
    ),
    "Execute": shape(_CODE, **_FIELDS),
    "Execution": shape(
        {
            "id": TEXT,
            "identifier": TEXT,
            "sessionId": TEXT,
            "executionType": {"type": "string", "enum": ["Synchronous", "Asynchronous"]},
            "status": {
                "type": "string",
                "enum": ["NotStarted", "Running", "Succeeded", "Failed", "Canceled"],
            },
            "rawResult": {"type": "object"},
        },
        result=shape(_OUTPUT),
        error=shape({"error": shape({"code": TEXT, "message": TEXT})}),
    ),
    "LegacyFile": shape(
        {
            "$id": TEXT,
            "properties": shape({"$id": TEXT, "filename": TEXT, "size": SIZE, "lastModifiedTime": TIME}),
        }
    ),
    "ContainerFile": shape(
        {
            "name": TEXT,
            "type": {"type": "string", "enum": ["file", "directory"]},
            "filename": TEXT,
            "size": SIZE,
            "last_modified_time": TIME,
            "mime_type": TEXT,
        }
    ),
    "File": shape(
        {
            "name": TEXT,
            "type": {"type": "string", "enum": ["File", "Directory"]},
            "contentType": TEXT,
            "sizeInBytes": SIZE,
            "lastModifiedAt": TIME,
        },
        directory=TEXT,
    ),
    "Session": shape(
        {"identifier": TEXT, "createdAt": TIME, "lastAccessedAt": TIME, "expireAt": TIME, "etag": TEXT}
    ),
    "Metadata": shape(
        {
            "runtimes": {"type": "array", "items": _VERSIONED},
            "preInstalledPackages": {"type": "array", "items": _VERSIONED},
            "createdAt": TIME,
            "lastUpdatedAt": TIME,
            "jupyterKernel": shape({"name": TEXT, "version": TEXT, "projectUrl": TEXT, "description": TEXT}),
        }
    ),
    "Message": shape({"message": TEXT}),
    "Health": shape({"message": TEXT, "name": TEXT, "version": TEXT, "isolation": TEXT}, proof=TEXT),
}
