"""What RE2 and `re` find is what `regex` finds, line by line: random patterns over random letters."""

from __future__ import annotations

import random
from importlib.util import find_spec

import pytest

from workbench.widgets.output.find.linear import _ASCII, _KNOWN, Linear
from workbench.widgets.output.find.query import Query, QueryError, Regex

pytestmark = pytest.mark.skipif(find_spec("re2") is None, reason="no wheel of google-re2 here")

LETTERS = (
    "aAbBiIkKsSxX019_ -.,;[]{}()\\^$|*+?\t\v\f\r\x00\x1c\x1f\x7f"  # ASCII
    "\x85\xa0\xad\u1680\u2003\u2028\u2029\u200b\u200c\u200d\u3000\ufeff\u180e"  # spaces and none
    "éÉàßẞöÖÅ\u212bµμΜσςΣжЖҍ\u0130\u0131ſ\u212aǅǆǄⅷⅧⓐⒶ"  # with capitals, some with more than one
    "e\u0301\u0308\u20dd²½٣५𝟗\u0e01\u0b55\u088f漢あ한ﬁＡａ＿\u203f"
    "🙂👩\u200d🚀\U0001f3fd\ud800\udfff\udc80\U00010d40\U00016105\U000e0041\u202e"
)
ATOMS = (
    *(r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\b", ".", "^", "$", r"\.", r"\\", "[^a]", "[a-z]", "[é-ö]"),
    *(r"[^\s]", r"[\w-]", r"[\dx]", r"[^\w]", r"[^\d;]", r"[\s;]", "[^éK]", "[^ſs]", "[Σσ]", "[а-я]", "(a)"),
    *(
        "(?:é|k)",
        "(.)",
        r"\1",
        "(?=i)",
        "(?!k)",
        "(?<=a)",
        "(?<!é)",
        "[]x]",
        "[^]x]",
        "ss",
        "i",
        "k",
        "s",
        "x",
    ),
)
TIMES = ("", "", "", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?", "{,2}")


def a_pattern(chance: random.Random) -> str:
    def piece() -> str:
        atom = chance.choice(ATOMS) if chance.random() < 0.7 else chance.choice(LETTERS)
        return atom + (chance.choice(TIMES) if atom not in "^$" else "")

    if chance.random() < 0.05:
        return f"({chance.choice(ATOMS)}){chance.choice('aksKS1')}\\1"
    branches = (
        "".join(piece() for _ in range(chance.randint(1, 4))) for _ in range(chance.choice((1, 1, 1, 2)))
    )
    return "|".join(branches)


def a_line(chance: random.Random) -> str:
    letters = LETTERS if chance.random() < 0.7 else LETTERS[:40]
    return "".join(chance.choices(letters, k=chance.choice((0, 1, 2, 5, 12))))


@pytest.mark.parametrize("seed", range(8))
def test_lines_and_places_of_random_patterns(seed: int) -> None:
    chance = random.Random(seed)
    ways = {"linear": 0, "brief": 0, "regex": 0}
    for _ in range(400):
        query = Query(a_pattern(chance), regex=True, case=chance.random() < 0.5)
        lines = [a_line(chance) for _ in range(60)]
        try:
            found = Regex(query)
        except QueryError:
            continue
        linear = found._linear
        ways["linear" if linear else "brief" if found._brief else "regex"] += 1
        alone = [n for n, line in enumerate(lines) if found._pattern.search(line)]
        assert found.lines("\n".join(lines)) == alone, query
        if linear is None or found._pattern.search("") or "?" in query.text:
            continue  # behind matches without a width, and in lazy ones, each has places of its own
        for line in lines:
            if linear.reads(line):
                spans = [match.span() for match in found._pattern.finditer(line)]
                assert linear.spans(line) == [(a, b) for a, b in spans if b > a], (query, line)
    assert min(ways.values()) > 2, ways


def letters_known() -> str:
    import regex

    return "".join(regex.findall(f"[{_KNOWN}]", "".join(map(chr, range(0x110000)))))


@pytest.mark.parametrize("letters", [r"\d", r"\w", r"[^\S\n]"])
def test_classes_have_the_same_letters_where_re2_is_asked(letters: str) -> None:
    import regex

    known = letters_known().replace("\n", "")
    linear = Linear(letters, case=True)
    assert linear._wide_enough
    found = linear._wide._one.finditer(known.encode())
    assert "".join(match.group().decode() for match in found) == "".join(regex.findall(letters, known))
    assert linear.reads(known)


def test_letters_have_the_same_capitals_where_re2_is_asked() -> None:
    import regex

    cased = [one for one in letters_known() if {one} != {one.lower(), one.upper(), one.casefold()}]
    text = "".join(cased)
    assert len(cased) > 700
    for one in cased:
        found = Linear(one, case=False)._wide._one.finditer(text.encode())
        same = "".join(regex.findall(one, text, regex.IGNORECASE))
        assert "".join(match.group().decode() for match in found) == same


def test_what_is_strange_is_not_asked_of_re2() -> None:
    plain, bound = Linear(r"\w", case=True), Linear(r"\bx", case=True)
    assert [plain.reads(text) for text in ("x", "é漢🙂", "\u0131", "\u0130", "\ud800", "\u0b55")] == [
        True,
        True,
        *[False] * 4,
    ]
    assert [bound.reads(text) for text in (_ASCII, "é")] == [True, False]
    with pytest.raises(ValueError, match="\u0131"):
        Linear("\u0131", case=True)


def test_a_letter_whose_small_one_is_ascii_is_not_asked_of_re() -> None:
    kelvin = Regex(Query("\u212a(.)\\1", regex=True, case=False))
    assert kelvin.lines("kaa\nkab") == [0]
