"""Integrations in the wild, each request as that client writes it.

LangChain, Semantic Kernel, LlamaIndex and AutoGen speak 2024-02-02-preview, send a token that is meant
for the service, and read answers by key.
"""

from __future__ import annotations

import ast
import json
import venv
from pathlib import Path
from urllib.parse import quote

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from tests.unit.server.conftest import NEWEST, Running, running
from tests.unit.server.raw import Answer

VERSION = "2024-02-02-preview"
TOKEN = {"Authorization": "Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2ln"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def read_by_key(answer: Answer) -> tuple[str, object, str, str]:
    """As those clients do: a key that is missing is their crash."""
    assert answer.status == 200
    properties = answer.json["properties"]
    assert isinstance(properties["stdout"], str)
    assert isinstance(properties["stderr"], str)
    return properties["status"], properties["result"], properties["stdout"], properties["stderr"]


AGENT = {
    "User-Agent": "langchain-azure-dynamic-sessions/1.0.4 (Language=Python)",
    "Accept-Encoding": "gzip, deflate",
}


class LangChain:
    """SessionsPythonREPLTool of langchain-azure-dynamic-sessions, over requests."""

    session = "2b1f4a7e-7a6c-4a7c-9a67-0c6c3ac0c0de"

    def __init__(self, server: Running) -> None:
        self.server = server

    def url(self, path: str) -> str:
        return f"/{path}?identifier={quote(self.session)}&api-version={VERSION}"

    async def execute(self, code: str) -> Answer:
        body = {
            "properties": {
                "codeInputType": "inline",
                "executionType": "synchronous",
                "code": code,
            }
        }
        headers = {**TOKEN, **AGENT, "Content-Type": "application/json", "Connection": "keep-alive"}
        return await self.server.ask("POST", self.url("code/execute"), headers, json.dumps(body).encode())


@pytest.fixture
def langchain(server: Running) -> LangChain:
    return LangChain(server)


async def test_langchain_runs_code_and_reads_results_by_key(langchain: LangChain) -> None:
    assert read_by_key(await langchain.execute("6 * 7")) == ("Success", 42, "", "")
    assert read_by_key(await langchain.execute("print('hi')")) == ("Success", "", "hi\n", "")
    status, result, _, stderr = read_by_key(await langchain.execute("1 / 0"))
    assert (status, result) == ("Failure", "")
    assert "ZeroDivisionError" in stderr
    assert read_by_key(await langchain.execute("  \n")) == ("Success", "", "", "")


async def test_langchain_finds_the_image_of_a_figure(langchain: LangChain) -> None:
    code = "from IPython.display import Image, display\nimport base64\ndisplay(Image(base64.b64decode(PNG)))"
    code = f"PNG = '{PNG}'\n" + code
    _, result, _, _ = read_by_key(await langchain.execute(code))
    assert isinstance(result, dict)
    assert (result["type"], result["format"]) == ("image", "png")
    assert result["base64_data"] == PNG


async def test_langchain_s_files(langchain: LangChain) -> None:
    server = langchain.server
    body = (
        b'--9f3c\r\nContent-Disposition: form-data; name="file"; filename="/mnt/data/data.csv"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\na,b\n1,2\n\r\n--9f3c--\r\n"
    )
    kind = {**TOKEN, **AGENT, "Content-Type": "multipart/form-data; boundary=9f3c"}
    uploaded = await server.ask("POST", langchain.url("files/upload"), kind, body)
    found = uploaded.json["value"][0]["properties"]
    assert (found["filename"], found["size"]) == ("data.csv", 8)
    listed = await server.ask("GET", langchain.url("files"), TOKEN)
    assert [(one["properties"]["filename"], one["properties"]["size"]) for one in listed.json["value"]] == [
        ("data.csv", 8)
    ]
    assert (await server.ask("GET", langchain.url("files/content/data.csv"), TOKEN)).body == b"a,b\n1,2\n"
    assert read_by_key(await langchain.execute("open('data.csv').read()"))[1] == "'a,b\\n1,2\\n'"


async def test_semantic_kernel_s_requests(server: Running) -> None:
    session = "6d9e9b8a-8e1c-4a6f-a3cd-8d3e0d0f7b11"
    agent = {**TOKEN, "User-Agent": "semantic-kernel/1.30 (Language=Python)", "Accept": "application/json"}

    async def run(code: str) -> Answer:
        body = {
            "properties": {
                "codeInputType": "inline",
                "executionType": "synchronous",
                "code": code,
                "timeoutInSeconds": 100,
            }
        }
        target = f"/code/execute?identifier={session}&api-version={VERSION}"
        headers = {**agent, "Content-Type": "application/json; charset=utf-8"}
        return await server.ask("POST", target, headers, json.dumps(body).encode())

    assert read_by_key(await run("x = [1, 2]; x"))[:2] == ("Success", [1, 2])
    # this client keeps the content type of its last execution for its uploads
    label = b'Content-Disposition: form-data; name="file"; filename="/mnt/data/notes.txt"'
    body = b"--mixed\r\n" + label + b"\r\n\r\ntext\r\n--mixed--\r\n"
    target = f"/files/upload?identifier={session}&api-version={VERSION}"
    uploaded = await server.ask("POST", target, {**agent, "Content-Type": "application/json"}, body)
    entry = uploaded.json["value"][0]["properties"]
    assert {"filename", "size", "lastModifiedTime"} <= entry.keys()
    # and ends its session in a newer version
    ended = await server.ask("DELETE", f"/session?identifier={session}&api-version={NEWEST}", agent)
    assert ended.status == 204
    listed = await server.ask("GET", f"/files?identifier={session}&api-version={VERSION}", agent)
    assert listed.json["value"] == []


async def test_an_upload_in_chunks(server: Running) -> None:
    target = f"/files/upload?identifier=chunked&api-version={VERSION}"
    head = server.request(
        "POST", target, {"Content-Type": "multipart/form-data; boundary=c", "Content-Length": "x"}
    )
    body = b'--c\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nchunked\r\n--c--\r\n'
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    connection = await server.connect()
    connection.send(head.replace(b"Content-Length: x", b"Transfer-Encoding: chunked") + chunks)
    assert (await connection.answer()).json["value"][0]["properties"]["size"] == 7


async def test_llama_index_s_requests(server: Running) -> None:
    session = quote("user@example.com-1")

    async def run(code: str) -> Answer:
        body = {
            "properties": {
                "codeInputType": "inline",
                "executionType": "synchronous",
                "code": code,
            }
        }
        target = f"/code/execute?identifier={session}&api-version={VERSION}"
        headers = {**TOKEN, "Content-Type": "application/json", "User-Agent": "LlamaIndex"}
        return await server.ask("POST", target, headers, json.dumps(body).encode())

    assert read_by_key(await run("import math\nmath.pi"))[1] == pytest.approx(3.14159, abs=1e-4)
    content = "\u6f22\u5b57".encode()
    label = b'Content-Disposition: form-data; name="file"; filename="/mnt/data/\xc3\xa9t\xc3\xa9.txt"'
    body = b"--x\r\n" + label + b"\r\n\r\n"
    kind = {**TOKEN, "Content-Type": "multipart/form-data; boundary=x"}
    target = f"/files/upload?identifier={session}&api-version={VERSION}"
    assert (await server.ask("POST", target, kind, body + content + b"\r\n--x--\r\n")).status == 200
    listed = (await server.ask("GET", f"/files?identifier={session}&api-version={VERSION}", TOKEN)).json
    names = [one["properties"]["filename"] for one in listed["value"]]
    assert names == ["\u00e9t\u00e9.txt"]
    got = await server.ask(
        "GET", f"/files/content/{quote(names[0])}?identifier={session}&api-version={VERSION}", TOKEN
    )
    assert got.body == content


class AutoGen:
    """ACADynamicSessionsCodeExecutor of autogen-ext, over aiohttp."""

    session = "5f1f2e0a-0f6b-4a7b-8c7a-3c2b1a0f9e8d"

    def __init__(self, server: Running) -> None:
        self.server = server

    async def run(self, code: str) -> Answer:
        body = {"properties": {"codeInputType": "inline", "executionType": "synchronous", "code": code}}
        target = f"/code/execute?api-version={VERSION}&identifier={self.session}"
        headers = {**TOKEN, "Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
        return await self.server.ask("POST", target, headers, json.dumps(body).encode())


async def test_autogen_s_requests(server: Running) -> None:
    autogen = AutoGen(server)
    # before the user's first block it asks for the packages, and splits the text of the list
    status, packages, _, stderr = read_by_key(await autogen.run(PACKAGES))
    assert status == "Success", stderr
    names = {name.strip(" '") for name in str(packages).strip("[]").split(",\n")}
    assert "ipython" in {name.lower() for name in names}
    assert len(names) > 10
    setup = "import os; os.chdir('/mnt/data') if os.path.isdir('/mnt/data') else None"  # not at every level
    assert read_by_key(await autogen.run(setup))[0] == "Success"
    assert read_by_key(await autogen.run("raise ValueError('no')"))[0] == "Failure"


PACKAGES = """
import pkg_resources\n[d.project_name for d in pkg_resources.working_set]
"""


async def test_autogen_s_listing_of_packages_where_the_interpreter_has_no_pkg_resources(
    tmp_path: Path,
) -> None:
    """As every new environment is since setuptools is not part of it."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    site = next(folder.glob("lib/*/site-packages"))
    for name in ("Half-Gone", "numpy", "Pillow"):
        there = site / f"{name}-1.2.dist-info"
        there.mkdir()
        if name != "Half-Gone":
            (there / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (site / "old_package.py").write_text(
        "try:\n import pkg_resources\nexcept ImportError:\n without = True\n"
    )
    backend = LocalBackend(tmp_path / "root", Choice(str(python), "test"))
    try:
        async with running(backend) as server:
            autogen = AutoGen(server)
            # a package that can do without it does
            assert read_by_key(await autogen.run("import old_package; old_package.without"))[1] == "True"
            status, packages, stdout, stderr = read_by_key(await autogen.run(PACKAGES))
            assert (status, stdout, stderr) == ("Success", "", "")
            assert sorted(ast.literal_eval(str(packages))) == ["Pillow", "numpy"]
            assert (
                read_by_key(await autogen.run("pkg_resources.get_distribution('pillow').version"))[1]
                == "'1.2'"
            )
            told = read_by_key(await autogen.run("pkg_resources.resource_filename('a', 'b')"))[3]
            assert "has no resource_filename: pip install" in told
    finally:
        await backend.close()


async def test_a_request_without_session_or_version_is_the_default_session_s(server: Running) -> None:
    headers = {"Content-Type": "application/json"}
    assert (await server.ask("POST", "/executions", headers, b'{"code": "x = 5"}')).status == 200
    older = await server.ask("POST", "/code/execute", headers, b'{"properties": {"code": "x"}}')
    assert older.json["properties"]["result"] == 5
    named = await server.ask("POST", "/executions?identifier=default", headers, b'{"code": "x"}')
    assert named.json["result"]["executionResult"] == 5


async def test_the_oldest_path_and_field_are_taken(server: Running) -> None:
    body = b'{"properties": {"pythonCode": "6 * 7", "identifier": "old"}}'
    answer = await server.ask(
        "POST", f"/python/execute?api-version={VERSION}", {"Content-Type": "application/json"}, body
    )
    assert answer.json["properties"]["result"] == 42
    listed = await server.ask("GET", "/listSessions")
    assert [one["identifier"] for one in listed.json["sessions"]] == ["old"]
