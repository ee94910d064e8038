"""Line ends escaped once too often: read as what the sample means, and code that could run is left alone."""

from __future__ import annotations

import pytest

from backend.server.newlines import with_line_ends


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (r'import time\ntime.sleep(2)\nprint("Hello")', 'import time\ntime.sleep(2)\nprint("Hello")'),
        (r"x = 1\r\nx", "x = 1\nx"),
        (r"print('a\nb')\nprint(2)", "print('a\\nb')\nprint(2)"),
        (r'print("""a\nb""")\n1', '"""a\\nb"""'.join(("print(", ")\n1"))),
        (r"s = 'it\'s\n'\ns", "s = 'it\\'s\\n'\ns"),
    ],
)
def test_such_line_ends_are_read(code: str, meant: str) -> None:
    assert with_line_ends(code) == meant


@pytest.mark.parametrize(
    "code",
    [
        r"print('a\nb')",
        r'print("a\nb", r"\n", b"\n", f"\n")',
        r'"""a\nb"""',
        "x = 1\nprint('\\n')\\n",
        r"1  # a comment\nprint(2)",
        r"!printf 'a\nb' a\nb",
        r"%%bash\necho",
        r"out = !printf a\nb",
        "print(1)",
        r"re.sub('\n', '', x)",
    ],
)
def test_code_that_could_run_is_left_alone(code: str) -> None:
    assert with_line_ends(code) == code
