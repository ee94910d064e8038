"""Line ends that were escaped once too often, as in the service's own sample of an asynchronous execution.

That sample sends `import time\\ntime.sleep(2)` with a backslash and an n between the statements, and shows it
succeed. Outside of text a backslash continues a line and nothing else, so in one line such code is never
Python: reading it as two lines takes nothing from code that could have run.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?s)[rRbBuUfF]{0,2}('''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
    r"|(?P<comment>\#.*)|(?P<end>\\r?\\n|\\n)"
)
_NOT_PYTHON = ("!", "%", "?")  # IPython's own lines, in which a backslash may stand


def with_line_ends(code: str) -> str:
    """The code, with line ends for each `\\n` outside of text where it is one line that cannot be Python."""
    if "\\n" not in code or "\n" in code or code.lstrip().startswith(_NOT_PYTHON):
        return code
    pieces, at = [], 0
    for found in _TOKEN.finditer(code):
        if found["end"]:
            pieces += [code[at : found.start()], "\n"]
            at = found.end()
    outside = "".join(pieces)
    return code if not pieces or "!" in outside or "%%" in outside else outside + code[at:]
