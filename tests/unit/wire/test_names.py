"""Names and paths of files: what an upload may be called, and what leads outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.wire import names
from backend.wire.content import content_type
from backend.wire.problems import WireError


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("a.txt", "a.txt"),
        ("/mnt/data/a.txt", "a.txt"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("größe 1 (2).csv", "größe 1 (2).csv"),
        ("データ.csv", "データ.csv"),
        ("e\u0301.txt", "e\u0301.txt"),
        ("-_ .@$&=;,#%^()", "-_ .@$&=;,#%^()"),
        (".hidden", ".hidden"),
        ("x" * 255, "x" * 255),
    ],
)
def test_of_an_uploads_label_the_last_component_counts(label: str, name: str) -> None:
    assert names.upload_name(label) == name


@pytest.mark.parametrize(
    "label",
    [
        "",
        ".",
        "..",
        "/",
        "a/",
        "a/..",
        "a\0b",
        "a\nb",
        'a"b',
        "a*b",
        "a:b",
        "a|b",
        "a?b",
        "a<b",
        "a+b",
        "\x1b[0m",
        "a\u202eb",
        "x" * 256,
        "é" * 128,
        "\ud800",
    ],
)
def test_other_names_are_refused_for_uploads(label: str) -> None:
    with pytest.raises(WireError) as caught:
        names.upload_name(label)
    assert caught.value.field == "filename"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("path", "relative"),
    [
        ("", ""),
        (".", ""),
        ("./", ""),
        ("/mnt/data", ""),
        ("/mnt/data/", ""),
        ("//mnt//data", ""),
        ("/mnt/data/sub", "sub"),
        ("/mnt/./data/sub/.", "sub"),
        ("sub", "sub"),
        ("sub/", "sub"),
        ("./sub//deep", "sub/deep"),
        ("mnt/data", "mnt/data"),
        ("größe 1", "größe 1"),
        (".config", ".config"),
        ("a..b", "a..b"),
    ],
)
def test_a_directory_is_absolute_or_relative(path: str, relative: str) -> None:
    assert names.directory(path) == relative


@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../x",
        "sub/../..",
        "sub/../x",
        "/",
        "/etc",
        "/mnt",
        "/mnt/data2",
        "/mnt/database/x",
        "/mnt/data/..",
        "/mnt/data/../x",
        "/mnt/other/data",
        "a\0b",
        "x" * 256,
        "/".join(["x" * 200] * 30),
    ],
)
def test_what_leads_outside_is_refused(path: str) -> None:
    with pytest.raises(WireError) as caught:
        names.directory(path)
    assert caught.value.field == "path"


@given(st.text(alphabet=st.sampled_from("ab./\0\\mntd"), max_size=30))
def test_no_directory_that_is_read_leads_outside(path: str) -> None:
    try:
        found = names.directory(path)
    except WireError:
        return
    assert not found.startswith("/")
    assert not {"..", ".", ""} & set(found.split("/")) or found == ""


@pytest.mark.parametrize(
    ("name", "folder", "path"),
    [
        ("a.txt", "", "a.txt"),
        ("a.txt", "/mnt/data/sub", "sub/a.txt"),
        ("a.txt", "sub", "sub/a.txt"),
        ("deep/a.txt", "sub", "sub/deep/a.txt"),
        ("/mnt/data/a.txt", "", "a.txt"),
        ("/mnt/data/a.txt", "sub", "a.txt"),
        ("odd:*?name", "", "odd:*?name"),
    ],
)
def test_a_file_is_found_by_name_and_folder(name: str, folder: str, path: str) -> None:
    assert names.file_path(name, folder) == path


@pytest.mark.parametrize(
    ("name", "folder"), [("", ""), (".", ""), ("..", ""), ("/etc/passwd", ""), ("a", ".."), ("/mnt/data", "")]
)
def test_a_file_is_not_found_outside(name: str, folder: str) -> None:
    with pytest.raises(WireError):
        names.file_path(name, folder)


def test_a_name_goes_through_a_url_and_back() -> None:
    for name in ("a b", "100%", "a/b", "é", "?#&=+;", "..", "%2F"):
        assert names.unsegment(names.segment(name)) == name
        assert "/" not in names.segment(name)


def test_a_name_that_utf_8_does_not_have_is_refused() -> None:
    with pytest.raises(WireError):
        names.segment("a\udcff")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("README.md", "text/markdown; charset=utf-8"),
        ("a.CSV", "text/csv; charset=utf-8"),
        ("a.b.png", "image/png"),
        ("json", "application/octet-stream"),
        ("a.parquet", "application/vnd.apache.parquet"),
        ("a.unknown", "application/octet-stream"),
        ("Makefile", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_the_content_type_follows_the_name(name: str, kind: str) -> None:
    assert content_type(name) == kind
