"""A client's half of the wire: the requests it sends in its version, and answers in any shape read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from backend.models import FileInfo
from backend.records import dataclass
from backend.wire import entries, faults, management, names
from backend.wire.endings import ERROR_CODE
from backend.wire.facts import Execute, ExecutionFacts, Fault, Listing, PoolFacts, SessionFacts, SessionList
from backend.wire.formats import format_of, format_of_execution, other_format
from backend.wire.messages import JSON, HttpAnswer, HttpRequest, header
from backend.wire.problems import WireError
from backend.wire.routes import path_of
from backend.wire.text import dump, load, mapping, well_formed
from backend.wire.versions import FEATURES, UNIDENTIFIED, ApiVersion, Call, Features, Option, borrowed


@dataclass(frozen=True, slots=True)
class ClientSide:
    """Requests in `version`. A call that it lacks is borrowed from the lowest version that has it.

    `session` is an identifier, `path` that of a file relative to the data directory. Every `read_…` takes all
    known shapes and raises WireError for what is none of them; a refusal is read with `read_fault`.
    """

    version: ApiVersion

    @property
    def features(self) -> Features:
        """What the version has."""
        return FEATURES[self.version]

    def execute(self, execution: Execute, *, other_shape: bool = False) -> HttpRequest:
        """Run code in `execution.session`.

        `other_shape` is for a target that said SessionPropertiesMissing and so ran nothing, for no other.
        """
        format_ = other_format(self.version) if other_shape else format_of(self.version)
        body = format_.execute_body(execution, self.features)
        request = self._request(Call.EXECUTE, execution.session)
        headers = {"Content-Type": JSON}
        if execution.operation_id:
            headers["operation-id"] = execution.operation_id
        return replace(request, headers=headers, body=dump(body))

    def poll(self, session: str, execution_id: str) -> HttpRequest:
        """What has become of an execution."""
        return self._request(Call.POLL, session, execution_id)

    def list_files(self, session: str, directory: str = "", *, recursive: bool = False) -> HttpRequest:
        """The files of a directory, with those of all directories in it when `recursive`."""
        options = (Option.RECURSIVE,) if recursive else ()
        request = self._in_folder(Call.LIST_FILES, session, names.directory(directory), "", *options)
        return replace(request, query={**request.query, "recursive": "true"}) if recursive else request

    def upload(self, session: str, path: str) -> HttpRequest:
        """Write a file; the sender makes the multipart body, with the file in the field `file`."""
        folder, name = names.split(path)
        return replace(self._in_folder(Call.UPLOAD, session, folder, ""), file=name)

    def describe(self, session: str, path: str) -> HttpRequest:
        """Kind, size and time of a file."""
        return self._in_folder(Call.DESCRIBE, session, *names.split(path))

    def download(self, session: str, path: str) -> HttpRequest:
        """The bytes of a file."""
        folder, name = names.split(path)
        return replace(self._in_folder(Call.DOWNLOAD, session, folder, name), file=name)

    def delete(self, session: str, path: str) -> HttpRequest:
        """Delete a file."""
        return self._in_folder(Call.DELETE, session, *names.split(path))

    def session(self, session: str) -> HttpRequest:
        """When a session was made, used, and ends; 404 when there is none."""
        return self._request(Call.SESSION, session)

    def end_session(self, session: str) -> HttpRequest:
        """End a session."""
        return self._request(Call.END_SESSION, session)

    def stop_session(self, session: str) -> HttpRequest:
        """End a session of a pool of custom containers."""
        return self._request(Call.STOP_SESSION, session)

    def list_sessions(self, skip: int = 0) -> HttpRequest:
        """The sessions of a pool, from the one after `skip` others."""
        request = self._request(Call.LIST_SESSIONS)
        return replace(request, query={**request.query, "skip": str(skip)}) if skip else request

    def metadata(self) -> HttpRequest:
        """What a pool has to offer."""
        return self._request(Call.METADATA)

    def health(self) -> HttpRequest:
        """Whether a local container is there."""
        return self._request(Call.HEALTH)

    def ready(self) -> HttpRequest:
        """Whether a local container is ready; 500 until it is."""
        return self._request(Call.READY)

    def next_page(self, request: HttpRequest, link: str) -> HttpRequest | None:
        """The request for the rest of a listing; None when it would be the same request again.

        It is `request` with the query of `link`, so that no link leads to another host or session.
        """
        told = dict(parse_qsl(_parts(link).query))
        ours = {key: value for key, value in request.query.items() if key in ("api-version", "identifier")}
        query = {**told, **ours}
        return None if not told or query == request.query else replace(request, query=query)

    def read_execution(self, answer: HttpAnswer, *, limit: int | None = None) -> ExecutionFacts:
        """An execution. `limit` is the output limit that was asked for."""
        tree = mapping(load(answer.body))
        format_, body = format_of_execution(tree)
        limit = self.features.output_limit if limit is None else limit
        facts = format_.read_execution_body(body, header(answer.headers, ERROR_CODE), limit)
        container = header(answer.headers, "x-ms-session-guid")
        return replace(facts, id=facts.id or _operation(answer), container=container)

    def read_files(self, answer: HttpAnswer, directory: str = "") -> Listing:
        """The files of `directory`."""
        return entries.read_listing(load(answer.body), names.directory(directory))

    def read_file(self, answer: HttpAnswer, path: str) -> FileInfo:
        """One file, which was uploaded or asked for as `path`."""
        return entries.read_file(load(answer.body), path)

    def read_session(self, answer: HttpAnswer) -> SessionFacts:
        """A session."""
        return management.read_session(load(answer.body))

    def read_sessions(self, answer: HttpAnswer) -> SessionList:
        """The sessions of a pool."""
        return management.read_sessions(load(answer.body))

    def read_metadata(self, answer: HttpAnswer) -> PoolFacts:
        """What a pool has to offer."""
        return management.read_pool(load(answer.body))

    def read_fault(self, answer: HttpAnswer) -> Fault:
        """Why the target refused. Never raises."""
        return faults.read(answer)

    def _request(self, call: Call, session: str = "", value: str = "", *options: Option) -> HttpRequest:
        version = borrowed(call, self.version, *options)
        method, path = path_of(call, version, value)
        query: dict[str, Any] = {"api-version": version.value}
        if call not in UNIDENTIFIED:
            if not session or well_formed(session) != session:
                raise WireError("A session needs an identifier of text.", "identifier")
            query["identifier"] = session
        return HttpRequest(
            call, version, method, path, query, borrowed_from=version if version is not self.version else None
        )

    def _in_folder(self, call: Call, session: str, folder: str, name: str, *options: Option) -> HttpRequest:
        """A request for a file in a folder; the data directory itself goes without saying."""
        if not folder:
            return self._request(call, session, name, *options)
        request = self._request(call, session, name, Option.FOLDERS, *options)
        return replace(request, query={**request.query, "path": folder})


def _operation(answer: HttpAnswer) -> str:
    """The id of an operation where only headers tell it; empty without one."""
    location = _parts(header(answer.headers, "operation-location")).path
    return header(answer.headers, "operation-id") or unquote(location.rstrip("/").rpartition("/")[2])


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # of a host that is none
        return urlsplit("")
