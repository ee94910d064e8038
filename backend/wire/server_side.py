"""A server's half of the wire: requests of a version read, and answers written in exactly its shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, urlencode

from backend.models import FileInfo
from backend.records import dataclass
from backend.wire import endings, faults, management, names
from backend.wire.content import content_type
from backend.wire.facts import Execute, ExecutionFacts, Fault, Listing, PoolFacts, SessionFacts, SessionList
from backend.wire.formats import format_of
from backend.wire.legacy import DELETED
from backend.wire.messages import JSON, HttpAnswer, header
from backend.wire.problems import WireError
from backend.wire.scalars import go_duration
from backend.wire.text import dump, load_strict, mapping
from backend.wire.versions import FEATURES, ApiVersion, Generation

_OPERATION = re.compile(r"[A-Za-z0-9._~:-]{1,128}")


@dataclass(frozen=True, slots=True)
class ServerSide:
    """Requests and answers of `version`. Every `read_…` raises WireError, which `refusal` answers."""

    version: ApiVersion

    def read_identifier(self, query: Mapping[str, str]) -> str:
        """The session that a request is for; empty when it names none."""
        identifier = query.get("identifier", "")
        return FEATURES[self.version].identifiers.check(identifier) if identifier else ""

    def read_execute(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Execute:
        """The code to run. The query's identifier counts before the body's."""
        features = FEATURES[self.version]
        found = format_of(self.version).read_execute_body(mapping(load_strict(body)))
        session = self.read_identifier(query) or self.read_identifier({"identifier": found.session})
        operation = header(headers, "operation-id")
        if operation and not _OPERATION.fullmatch(operation):
            raise WireError("An operation id is 1 to 128 letters, digits, and ._~:-", "operation-id")
        return replace(
            found,
            session=session,
            operation_id=operation,
            asynchronous=found.asynchronous and features.asynchronous,
            output_limit=features.output_limit if found.output_limit is None else found.output_limit,
        )

    def read_directory(self, query: Mapping[str, str]) -> str:
        """The directory of a request, relative to the data directory."""
        return names.directory(query.get("path", ""))

    def read_recursive(self, query: Mapping[str, str]) -> bool:
        """Whether a listing is to go into directories."""
        return query.get("recursive", "").strip().lower() in ("true", "1", "yes")

    def read_path(self, name: str, query: Mapping[str, str]) -> str:
        """The path of the file called `name` in the URL, relative to the data directory."""
        return names.file_path(name, query.get("path", ""))

    def read_upload_path(self, filename: str, query: Mapping[str, str]) -> str:
        """Where an upload goes whose part is labelled `filename`, of which the last component counts."""
        return names.joined(self.read_directory(query), names.upload_name(filename))

    def read_skip(self, query: Mapping[str, str]) -> int:
        """How many sessions a list leaves out."""
        skip = query.get("skip", "").strip() or "0"
        if not skip.isascii() or not skip.isdigit() or len(skip) > 9:
            raise WireError("skip is a number of sessions.", "skip")
        return int(skip)

    def execution(
        self, facts: ExecutionFacts, *, limit: int | None = None, polled: bool = False
    ) -> HttpAnswer:
        """An execution, its streams cut to `limit` characters; `polled` when its operation was asked for."""
        body = format_of(self.version).execution_body(facts, limit)
        status = FEATURES[self.version].success
        if polled:
            status = 200
        elif self._asynchronous(facts):
            status = 202
        return HttpAnswer(status, self._execution_headers(facts, polled), dump(body))

    def files(self, listing: Listing) -> HttpAnswer:
        """A listing."""
        features = FEATURES[self.version]
        return _json(format_of(self.version).files_body(listing.files, listing.next_link, features))

    def uploaded(self, file: FileInfo) -> HttpAnswer:
        """A file that was written."""
        return _json(format_of(self.version).uploaded_body(file, FEATURES[self.version]))

    def file(self, file: FileInfo) -> HttpAnswer:
        """What is known of a file."""
        return _json(format_of(self.version).file_body(file, FEATURES[self.version]))

    def content_headers(self, file: FileInfo) -> dict[str, str]:
        """The headers of a download, of the whole file."""
        return {
            "Accept-Ranges": "bytes",
            "Content-Length": str(file.size),
            "Content-Type": content_type(file.name),
            "Last-Modified": formatdate(max(0.0, file.modified), usegmt=True),
        }

    def deleted(self) -> HttpAnswer:
        """A file was deleted."""
        legacy = FEATURES[self.version].generation is Generation.LEGACY
        return _json(DELETED) if legacy else HttpAnswer(204)

    def session(self, facts: SessionFacts) -> HttpAnswer:
        """A session."""
        return _json(management.session_body(facts))

    def session_ended(self) -> HttpAnswer:
        """A session was ended."""
        return HttpAnswer(204)

    def session_stopped(self) -> HttpAnswer:
        """A session of custom containers was stopped, which is told in text."""
        return HttpAnswer(200, {"Content-Type": "text/plain; charset=utf-8"}, b"Session stopped.")

    def sessions(self, facts: SessionList) -> HttpAnswer:
        """The sessions there are."""
        return _json(management.sessions_body(facts))

    def metadata(self, facts: PoolFacts) -> HttpAnswer:
        """What there is to offer."""
        return _json(management.pool_body(facts))

    def fault(self, fault: Fault) -> HttpAnswer:
        """A refusal."""
        return faults.answer(fault)

    def refusal(self, problem: WireError) -> HttpAnswer:
        """The refusal of what could not be read."""
        return faults.refusal(problem)

    def _asynchronous(self, facts: ExecutionFacts) -> bool:
        return facts.asynchronous and FEATURES[self.version].asynchronous

    def _execution_headers(self, facts: ExecutionFacts, polled: bool) -> dict[str, str]:
        headers = {"Content-Type": JSON, "Operation-Id": facts.id}
        if self._asynchronous(facts) and not polled:
            query = {"api-version": self.version.value, "identifier": facts.session}
            location = f"/executions/{names.segment(facts.id)}?{urlencode(query, quote_via=quote, safe='')}"
            headers["Operation-Location"] = location
        if code := endings.error_code(facts):
            headers[endings.ERROR_CODE] = code
        if facts.final and facts.duration_ms is not None:
            headers["X-Ms-Container-Execution-Duration"] = str(round(facts.duration_ms))
            headers["X-Ms-Execution-Request-Time"] = f"{facts.duration_ms:.6f}"
            headers["X-Ms-Overall-Execution-Time"] = go_duration(facts.duration_ms)
        if facts.container:
            headers["X-Ms-Session-Guid"] = facts.container
        return headers


def health() -> HttpAnswer:
    """The server is there."""
    return _json({"message": "healthy"})


def ready(yes: bool) -> HttpAnswer:
    """Whether it is ready for code."""
    return _json({"message": "ready"}) if yes else _json({"message": "starting"}, 500)


def _json(tree: Any, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status, {"Content-Type": JSON}, dump(tree))
