"""MIME bundles within bounds, and valid JSON whatever they are made of."""

from __future__ import annotations

import array
import base64
import collections
import datetime
import enum
import json
from typing import Any

import pytest

from backend.executor.worker import display, frames, jsonable


def through_a_frame(bundle: dict[str, Any]) -> dict[str, Any]:
    """The bundle as a strict reader of the channel's JSON gets it."""
    body = frames.pack({"bundle": bundle})[frames.HEADER.size :]

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found: dict[str, Any] = json.loads(body, parse_constant=refuse)["bundle"]
    json.dumps(found, ensure_ascii=False).encode()
    return found


def shown(**content: Any) -> dict[str, Any]:
    return through_a_frame(display.bounded({"text/plain": "x", **content}))


def as_json(value: Any) -> Any:
    return shown(**{"application/json": value})["application/json"]


class Number(enum.IntEnum):
    ONE = 1


class Sly(str):
    """Lies about its length."""

    def __len__(self) -> int:
        return 0

    def isascii(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ({"a": [1, 2.5, None, True, "é"]}, {"a": [1, 2.5, None, True, "é"]}),
        ("text", "text"),
        (7, 7),
        ([float("nan"), float("inf"), -float("inf")], ["nan", "inf", "-inf"]),
        ({2: 2, None: 3, True: 4, 1.5: 5, (1, 2): 6}, {"2": 2, "null": 3, "true": 4, "1.5": 5, "(1, 2)": 6}),
        (["\ud800a", "\ud83d\ude00", "a\0"], ["\ufffda", "😀", "a\0"]),
        ({"\udcff": 1}, {"\ufffd": 1}),
        ((1, {2}, frozenset()), [1, [2], []]),
        ([b"\0\1"], ["AAE="]),
        ([Number.ONE, collections.Counter("a"), Sly("s\ud800")], [1, {"a": 1}, "s\ufffd"]),
        (array.array("i", [1, 2]), [1, 2]),
        ([datetime.date(2024, 2, 29)], ["2024-02-29"]),
        ([10**30, 10**5000], [10**30, "<int of 16610 bits>"]),
        ([object(), print], ["<object>", "<builtin_function_or_method>"]),
    ],
)
def test_json_is_kept_as_a_value(value: Any, spelled: Any) -> None:
    assert as_json(value) == spelled


def test_any_type_of_json_is_json() -> None:
    assert shown(**{"application/vnd.vegalite.v5+json": {"mark": [1]}})[
        "application/vnd.vegalite.v5+json"
    ] == {"mark": [1]}


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def doubled(times: int) -> Any:
    value: Any = []
    for _ in range(times):
        value = [value, value]
    return value


CIRCULAR: list[Any] = []
CIRCULAR.append(CIRCULAR)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (nested(jsonable.DEPTH + 1), "nested more than 60 deep"),
        (nested(100_000), "nested more than 60 deep"),
        (CIRCULAR, "nested more than 60 deep"),
        (doubled(50), "too large"),
        (["x" * 1000] * 10_000, "too large"),
        ({"k" * 9_000_000: 1}, "too large"),
        (["\0" * 2_000_000], "too large"),
        (array.array("b", bytes(9_000_000)), "too large"),
        ([0] * 5_000_000, "too large"),
    ],
    ids=[
        "deep",
        "very deep",
        "circular",
        "doubled",
        "long",
        "long key",
        "long when spelled",
        "array",
        "many",
    ],
)
def test_json_without_an_end_is_left_out_and_that_is_told(value: Any, reason: str) -> None:
    bundle = shown(**{"application/json": value})
    assert "application/json" not in bundle
    assert bundle["text/plain"].startswith("x\n(application/json is left out: ")
    assert reason in bundle["text/plain"]


def test_json_at_its_limits_is_whole() -> None:
    assert as_json(nested(jsonable.DEPTH)) == nested(jsonable.DEPTH)
    assert len(as_json(["x" * 1000] * 7900)) == 7900


def test_bytes_of_images_become_base64_and_those_of_texts_are_decoded() -> None:
    bundle = shown(
        **{"image/png": b"\x89PNG", "application/pdf": bytearray(b"%PDF"), "image/svg+xml": b"<svg/>"}
    )
    assert base64.b64decode(bundle["image/png"]) == b"\x89PNG"
    assert base64.b64decode(bundle["application/pdf"]) == b"%PDF"
    assert bundle["image/svg+xml"] == "<svg/>"


@pytest.mark.parametrize("mime", ["text/plain", "text/markdown", "text/latex"])
def test_a_long_text_is_cut_and_tells_its_size(mime: str) -> None:
    text = display.bounded({mime: "x" * 3_000_000})[mime]
    assert len(text) < display.TEXT_LIMIT
    assert text.endswith("x… (3000000 characters in all)")


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/javascript", "image/png"])
def test_what_a_cut_would_break_is_left_out_and_that_is_told(mime: str) -> None:
    bundle = shown(**{mime: "x" * 17_000_000})
    assert mime not in bundle
    assert bundle["text/plain"] == f"x\n({mime} is left out: too large, 17000000 characters)"
    assert f"{mime} is left out" in display.bounded({mime: "x" * 17_000_000})["text/plain"]


def test_html_of_several_megabytes_is_whole() -> None:
    assert len(shown(**{"text/html": "x" * 5_000_000})["text/html"]) == 5_000_000


def test_all_together_fits_a_frame_and_the_text_goes_first() -> None:
    bundle = through_a_frame(
        display.bounded(
            {
                "text/html": "\0" * 3_000_000,  # six bytes each in a frame
                "text/markdown": "😀" * 900_000,  # twelve
                "text/latex": "kept",
                "text/plain": "😀" * 900_000,
            }
        )
    )
    assert bundle["text/plain"].startswith("😀" * 900_000)
    assert "text/html is left out: too large with the others" in bundle["text/plain"]
    assert set(bundle) == {"text/plain", "text/markdown", "text/latex"}


def test_contents_of_a_wrong_type_are_left_out() -> None:
    bundle = shown(**{"text/html": 5, "image/png": ["x"], "text/markdown": "kept", "text/latex": None})
    assert bundle == {"text/plain": "x", "text/markdown": "kept"}
    assert display.bounded({(1, 2): 3}) == {"text/plain": "(nothing to show)"}
    assert display.bounded({"text/plain": 5}) == {"text/plain": "(nothing to show)"}
    with pytest.raises(TypeError):
        display.bounded([1])  # type: ignore[arg-type]  # what code hands over


def test_a_json_value_that_raises_is_left_out() -> None:
    class Bad(dict[str, int]):
        def items(self) -> Any:
            raise RuntimeError

    assert shown(**{"application/json": Bad(a=1), "text/html": "kept"}) == {
        "text/plain": "x",
        "text/html": "kept",
    }


def test_very_many_representations() -> None:
    bundle = display.bounded({f"text/{number}": "x" for number in range(1000)})
    assert len(bundle) == display.KINDS + 1
    assert bundle["text/plain"] == "(950 more are left out)"


def test_texts_are_well_formed() -> None:
    assert shown(**{"text/html": "\ud800|\ud83d\ude00|é"})["text/html"] == "\ufffd|😀|é"
    assert type(display.bounded({"text/html": Sly("a\ud800")})["text/html"]) is str


@pytest.mark.parametrize("piece", ["x", "'", '"', "'\"", "é\n\0\ud800", "\\"])
@pytest.mark.parametrize("kind", [str, bytes])
def test_the_size_of_a_long_repr_is_exact(piece: str, kind: type) -> None:
    value: Any = piece * 1_200_000
    if kind is bytes:
        value = value.encode("utf-8", "surrogatepass")
    text = display.text_of(value, lambda value: pytest.fail("made whole"))
    assert text.endswith(f"… ({len(repr(value))} characters in all)")
    assert len(text) < display.TEXT_LIMIT
    assert text[1:1000] == repr(value)[1:1000]
    assert display.text_of(value[:100], repr) == repr(value[:100])


def test_a_failed_repr_is_named_whatever_its_class_says() -> None:
    class Meta(type):
        @property
        def __name__(cls) -> str:  # type: ignore[override]  # hostile
            raise RuntimeError

    class OddError(Exception, metaclass=Meta):
        pass

    assert display.failed_repr(OddError()) == {"text/plain": "<repr failed: OddError>"}
