"""The value of an execution on the wire, both ways."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from backend.wire.fields import DEPTH, execution_result, value_from_result

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
IMAGE = {"type": "image", "format": "png", "base64_data": PNG}


def plain(text: str) -> dict[str, Any]:
    return {"text/plain": text}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("42", 42),
        ("0.5", 0.5),
        ("-1e-07", -1e-07),
        ("[1, 2,\n 3]", [1, 2, 3]),
        ('{"a": 1}', {"a": 1}),
        ('"it\'s"', "it's"),
        ("true", True),
        # Python's spellings are text
        ("True", "True"),
        ("'text'", "'text'"),
        ("{'a': 1}", "{'a': 1}"),
        ("['a',\n 'b']", "['a',\n 'b']"),
        ("(1, 2)", "(1, 2)"),
        ("array([1, 2])", "array([1, 2])"),
        ("", ""),
        # what only Python's parser takes, or what a strict reader refuses
        ("nan", "nan"),
        ("NaN", "NaN"),
        ("[NaN, -Infinity]", "[NaN, -Infinity]"),
        ("1e999", "1e999"),
        ("[1e999]", "[1e999]"),
        ('"\\ud800"', '"\\ud800"'),
        ("9" * 5000, "9" * 5000),
        ("null", "null"),
        ("[" * DEPTH + "]" * DEPTH, json.loads("[" * DEPTH + "]" * DEPTH)),
        ("[" * (DEPTH + 1) + "]" * (DEPTH + 1), "[" * (DEPTH + 1) + "]" * (DEPTH + 1)),
        ('{"a":' * 60 + "1" + "}" * 60, '{"a":' * 60 + "1" + "}" * 60),
        ("[" * 100_000, "[" * 100_000),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_the_text_is_parsed_where_it_is_json(text: str, result: Any) -> None:
    found = execution_result(plain(text))
    assert found == result
    assert type(found) is type(result)
    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()


def test_no_value_is_none() -> None:
    assert execution_result(None) is None


def test_an_image_is_the_image_object_whatever_its_text() -> None:
    assert execution_result({"text/plain": "42", "image/png": PNG}) == IMAGE
    assert execution_result({"image/jpeg": PNG, "text/plain": "x"}) == IMAGE | {"format": "jpeg"}
    drawn = execution_result({"image/svg+xml": "<svg>é</svg>", "text/plain": "x"})
    assert (drawn["format"], base64.b64decode(drawn["base64_data"]).decode()) == ("svg", "<svg>é</svg>")


def test_an_image_that_no_client_could_decode_gives_way_to_the_text() -> None:
    assert execution_result({"text/plain": "x", "image/png": "no base64!"}) == "x"
    assert execution_result({"text/plain": "x", "image/png": ""}) == "x"
    assert execution_result({"text/plain": "x", "image/png": {"a": 1}}) == "x"
    assert execution_result({"image/png": PNG[:4] + "\n" + PNG[4:]}) == IMAGE


def test_without_a_value_the_last_displayed_image_counts() -> None:
    other = base64.b64encode(b"other").decode()
    displays = [{"image/png": other}, {"image/png": PNG}, plain("displayed")]
    assert execution_result(None, displays) == IMAGE
    assert execution_result(plain("1"), displays) == 1
    assert execution_result(None, [plain("displayed")]) is None


def test_a_bundle_without_plain_text() -> None:
    assert execution_result({"text/html": "<b>x</b>"}) == "<b>x</b>"
    assert execution_result({"application/json": [1]}) == ""
    assert execution_result({}) == ""


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_to_show(nothing: Any) -> None:
    assert value_from_result(nothing) is None


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (42, "42"),
        (0, "0"),
        (False, "false"),
        ("'text'", "'text'"),
        ("é", "é"),
        ([1, None, "é"], '[1, null, "é"]'),
        ({"type": "picture"}, '{"type": "picture"}'),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("a\ud800", "a\ufffd"),
        ([], "[]"),
        ({"type": "image", "format": "png"}, '{"type": "image", "format": "png"}'),
        (object, "<type>"),
    ],
)
def test_a_result_becomes_a_text_representation(result: Any, text: str) -> None:
    assert value_from_result(result) == plain(text)


@pytest.mark.parametrize("spelled", ["png", "PNG", "image/png"])
@pytest.mark.parametrize("key", ["base64_data", "base64Data"])
def test_an_image_object_becomes_an_image(spelled: str, key: str) -> None:
    bundle = value_from_result({"type": "Image", "format": spelled, key: PNG})
    assert bundle == {"text/plain": "<png image>", "image/png": PNG}


def test_image_objects_of_other_formats() -> None:
    for name, mime in (("jpg", "image/jpeg"), ("jpeg", "image/jpeg"), ("gif", "image/gif")):
        bundle = value_from_result(IMAGE | {"format": name})
        assert bundle is not None
        assert bundle[mime] == PNG
    svg = base64.b64encode(b"<svg/>").decode()
    bundle = value_from_result(IMAGE | {"format": "svg", "base64_data": svg})
    assert bundle == {"text/plain": "<svg image>", "image/svg+xml": "<svg/>"}
    assert value_from_result(IMAGE | {"format": "svg", "base64_data": "!"}) is not None


@pytest.mark.parametrize("result", [42, 0.5, "'text'", "True", [1, [2]], {"a": [True, None]}, IMAGE])
def test_there_and_back(result: Any) -> None:
    assert execution_result(value_from_result(result)) == result
