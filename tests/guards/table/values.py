"""Rows 19, 23 and 24: what values show of themselves, and texts that are none."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import ABUSE, DISPLAY, NAMED, OUTPUT

GUARDS = (
    Guard(
        ("19",),
        "a lone surrogate that is printed is spelled",
        "backend/executor/worker/output.py",
        'errors="backslashreplace"',
        'errors="strict"',
        (f"{OUTPUT}::test_what_json_cannot_hold_comes_through",),
    ),
    Guard(
        ("19",),
        "a lone surrogate in a value becomes U+FFFD",
        "backend/executor/worker/jsonable.py",
        'return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")',
        "return text",
        (f"{DISPLAY}::test_json_is_kept_as_a_value", f"{DISPLAY}::test_texts_are_well_formed"),
    ),
    Guard(
        ("19",),
        "numbers that JSON has no word for become text",
        "backend/executor/worker/jsonable.py",
        "return value if _isfinite(value) else repr(value)",
        "return value",
        (f"{DISPLAY}::test_json_is_kept_as_a_value",),
    ),
    Guard(
        ("19",),
        "frames are ASCII",
        "backend/executor/worker/frames.py",
        "ensure_ascii=True",
        "ensure_ascii=False",
        ("tests/unit/executor/test_display.py::test_texts_are_well_formed",),
    ),
    Guard(
        ("19",),
        "columns of history get no surrogate and no NUL",
        "workbench/history/codec.py",
        'else _NOT_STORABLE.sub("\\ufffd", text)',
        "else text",
        ("tests/unit/history/test_store.py::test_odd_text_survives_a_round_trip",),
    ),
    Guard(
        ("19",),
        "entries of history keep surrogates",
        "workbench/history/codec.py",
        '.encode("utf-8", "surrogatepass")',
        '.encode("utf-8")',
        ("tests/unit/history/test_store.py::test_odd_text_survives_a_round_trip",),
    ),
    Guard(
        ("19",),
        "an executionResult is strict JSON",
        "backend/wire/fields.py",
        "json.dumps(value, allow_nan=False, ensure_ascii=False).encode()",
        "pass",
        ("tests/unit/wire/test_fields.py::test_the_text_is_parsed_where_it_is_json",),
    ),
    Guard(
        ("23",),
        "the repr of a long text is never made whole",
        "backend/executor/worker/display.py",
        "if (kind is str or kind is bytes) and len(value) > TEXT_LIMIT:",
        "if False:",
        (f"{DISPLAY}::test_the_size_of_a_long_repr_is_exact",),
    ),
    Guard(
        ("23",),
        "long texts are cut, and tell their size",
        "backend/executor/worker/display.py",
        "return text if len(text) <= TEXT_LIMIT else shortened(text, len(text))",
        "return text",
        (
            f"{DISPLAY}::test_a_long_text_is_cut_and_tells_its_size",
            f"{ABUSE}::test_a_huge_repr_is_cut_and_tells_its_size",
        ),
    ),
    Guard(
        ("23",),
        "all representations together fit a frame",
        "backend/executor/worker/display.py",
        "if size > room:",
        "if False:",
        (f"{DISPLAY}::test_all_together_fits_a_frame_and_the_text_goes_first",),
    ),
    Guard(
        ("23",),
        "JSON of a value is bounded",
        "backend/executor/worker/jsonable.py",
        "if self.room < 0:",
        "if False:",
        (f"{DISPLAY}::test_json_without_an_end_is_left_out_and_that_is_told[long]",),
    ),
    Guard(
        ("23",),
        "an interrupt gets through a repr (IPython)",
        "backend/executor/worker/ipython_display.py",
        "except KeyboardInterrupt:\n            raise\n        ",
        "",
        (
            "tests/contract/test_stopping.py::test_an_interrupt_stops_code_and_keeps_its_variables[ipython-repr]",
        ),
    ),
    Guard(
        ("23",),
        "an interrupt gets through a repr (plain shell)",
        "backend/executor/worker/representations.py",
        "display.text_of(value, repr)}\n    except KeyboardInterrupt:\n        raise\n",
        "display.text_of(value, repr)}\n",
        (
            "tests/contract/test_stopping.py::test_an_interrupt_stops_code_and_keeps_its_variables[plain-repr]",
        ),
    ),
    Guard(
        ("24",),
        "a repr that raises is named (IPython)",
        "backend/executor/worker/ipython_display.py",
        "data.update(display.failed_repr(errors.get(display.PLAIN) or TypeError()))",
        "pass",
        (
            f"{NAMED}[return 1 / 0-repr failed: ZeroDivisionError]",
            f"{NAMED}[return repr(self)-repr failed: RecursionError]",
            f"{NAMED}[return 17-repr failed: TypeError]",
            f"{NAMED}[raise SystemExit-repr failed: SystemExit]",
        ),
    ),
    Guard(
        ("24",),
        "a repr that exits takes nothing with it (IPython)",
        "backend/executor/worker/ipython_display.py",
        "except BaseException as error:\n            return None, error",
        "except ValueError as error:\n            return None, error",
        (f"{NAMED}[raise SystemExit-repr failed: SystemExit]",),
    ),
    Guard(
        ("24",),
        "a repr that raises is named (plain shell)",
        "backend/executor/worker/representations.py",
        "except BaseException as error:\n        return display.failed_repr(error)",
        "except MemoryError as error:\n        return display.failed_repr(error)",
        ("tests/contract/test_rich.py::test_a_text_that_fails_is_named_and_rich_ones_stay",),
    ),
)
