"""Guards of rows 28 to 37: code does to its interpreter and its channel what it likes."""

from __future__ import annotations

from tests.guards.guard import Guard

ABUSE = "tests/unit/executor/test_abuse.py"
NEXT_WORKS = f"{ABUSE}::test_the_next_execution_works"
PROTOCOL = "tests/unit/executor/test_protocol.py"
FORGED = f"{PROTOCOL}::test_a_forged_frame_ends_its_worker_and_nothing_else"
EXECUTION = "tests/contract/test_execution.py"
INPUT = "tests/contract/test_input.py"
INSPECTION = "tests/contract/test_inspection.py"
PLACE = "tests/unit/executor/test_place.py"
COMPILER = f"{ABUSE}::test_code_that_is_too_much_for_the_compiler_ends_like_any_other"
STOPPING = "tests/contract/test_stopping.py"

EXCEPTIONS = (
    Guard(
        ("28",),
        "a KeyboardInterrupt of the code's own is no interrupt",
        "backend/executor/worker/loop.py",
        'result["interrupted"] = self.gate.fired and',
        'result["interrupted"] =',
        (f"{NEXT_WORKS}[KeyboardInterrupt]",),
    ),
    Guard(
        ("28", "32"),
        "whatever code raises, and wherever, the worker goes on",
        "backend/executor/worker/loop.py",
        "except BaseException as error:\n            self.after_code()",
        "except MemoryError as error:\n            self.after_code()",
        (
            f"{ABUSE}::test_a_signal_between_executions_is_the_next_ones",
            f"{NEXT_WORKS}[trace raises in the worker's own code]",
        ),
    ),
    Guard(
        ("29",),
        "an exception that raises when it is looked at has a stand-in",
        "backend/executor/worker/tracebacks.py",
        "except BaseException:\n        return instead",
        "except MemoryError:\n        return instead",
        (f"{ABUSE}::test_an_exception_that_raises_when_it_is_looked_at_is_named",),
    ),
    Guard(
        ("29",),
        "a traceback has the last frames only",
        "backend/executor/worker/tracebacks.py",
        "FRAMES = 200",
        "FRAMES = 200_000",
        (f"{ABUSE}::test_a_traceback_of_a_very_deep_recursion_is_bounded",),
    ),
    Guard(
        ("29",),
        "messages of exceptions are cut",
        "backend/executor/worker/tracebacks.py",
        "return text if len(text) <= limit else",
        "return text if True else",
        (f"{ABUSE}::test_a_huge_message_is_cut_and_tells_its_size",),
    ),
    Guard(
        ("30",),
        "an error before the code runs is the execution's",
        "backend/executor/worker/ipython_shell.py",
        "error = result.error_before_exec or result.error_in_exec",
        "error = result.error_in_exec",
        (f"{EXECUTION}::test_a_syntax_error[ipython]",),
    ),
    Guard(
        ("30",),
        "code too long for a frame is rejected",
        "backend/executor/session.py",
        "if len(submission.code) > CODE_LIMIT:",
        "if False:",
        (f"{EXECUTION}::test_code_too_long_for_any_frame_is_rejected",),
    ),
)

INPUTS = (
    Guard(
        ("31",),
        "code that nobody watches cannot ask",
        "backend/executor/worker/loop.py",
        "if not (here and self.interactive and self.execution is not None):",
        "if not here:",
        (
            f"{EXECUTION}::test_asking_for_input_fails_at_once_with_a_hint",
            f"{INPUT}::test_with_nobody_to_ask_it_raises_at_once",
        ),
    ),
    Guard(
        ("31",),
        "threads and children cannot ask",
        "backend/executor/worker/loop.py",
        "here = self._getpid() == self.pid and self._thread() == self.main",
        "here = True",
        (f"{INPUT}::test_threads_and_children_cannot_ask",),
    ),
    Guard(
        ("31",),
        "a question that nobody allowed ends the worker",
        "backend/executor/session.py",
        "if not (turn.job.submission.interactive and isinstance",
        "if not (isinstance",
        (f"{PROTOCOL}::test_a_forged_question_ends_its_worker",),
    ),
    Guard(
        ("31",),
        "input() is ours",
        "backend/executor/worker/standard_input.py",
        "builtins.input = self.input",
        "pass",
        (f"{INPUT}::test_input_is_answered",),
    ),
    Guard(
        ("31",),
        "so is getpass()",
        "backend/executor/worker/standard_input.py",
        "getpass.getpass = self.getpass",
        "pass",
        (f"{INPUT}::test_getpass_asks_for_a_secret",),
    ),
    Guard(
        ("31",),
        "a question of code whose reader has left is answered with the end of input",
        "backend/executor/session.py",
        "if turn.job.detached:",
        "if False:",
        (f"{INPUT}::test_code_whose_reader_has_left_finds_the_end_of_input",),
    ),
    Guard(
        ("31",),
        "a reader that leaves a question answers it with the end of input",
        "backend/executor/local.py",
        "job.detach()\n            await self.answer(session, submission.id, None)",
        "job.detach()",
        (f"{INPUT}::test_a_reader_that_leaves_ends_the_input",),
    ),
    Guard(
        ("31",),
        "an answer to a question that was given up goes nowhere",
        "backend/executor/worker/loop.py",
        'if line.get("op") == "line" and line.get("number") == number:',
        'if line.get("op") == "line":',
        (f"{INPUT}::test_an_answer_that_crosses_the_next_question_is_not_its",),
    ),
    Guard(
        ("31",),
        "descriptor 0 is the null device again before each execution",
        "backend/executor/worker/streams.py",
        "self._dup2(self._null, 0)",
        "pass",
        (f"{ABUSE}::test_programs_find_the_end_of_input_whatever_code_did_to_descriptor_0",),
    ),
)

SIGNALS = (
    Guard(
        ("32",),
        "signal handlers of the code's own rest between executions",
        "backend/executor/worker/gate.py",
        "self._signal(number, self._defer)",
        "pass",
        (
            f"{ABUSE}::test_a_signal_between_executions_is_the_next_ones",
            "tests/unit/executor/test_gate.py"
            "::test_handlers_of_code_rest_between_executions_and_their_signals_wait",
        ),
    ),
    Guard(
        ("32",),
        "a signal that came between executions is raised again in the next one",
        "backend/executor/worker/gate.py",
        "self._raise_signal(self._deferred.pop())",
        "self._deferred.pop()",
        (f"{ABUSE}::test_a_signal_between_executions_is_the_next_ones",),
    ),
    Guard(
        ("32",),
        "handlers of the code's own are back in the next execution",
        "backend/executor/worker/gate.py",
        "self._signal(*self._parked.popitem())",
        "self._parked.popitem()",
        (f"{ABUSE}::test_a_signal_between_executions_is_the_next_ones",),
    ),
    Guard(
        ("32",),
        "a handler of ours that code replaced is ours again",
        "backend/executor/worker/streams.py",
        "self.pusher.install()",
        "pass",
        (f"{ABUSE}::test_output_that_is_held_back_comes_whatever_code_did_to_its_signal",),
    ),
    Guard(
        ("32",),
        "trace and profile functions of the code's own end with it",
        "backend/executor/worker/loop.py",
        "self.repair.calm()",
        "pass",
        (f"{ABUSE}::test_a_trace_or_profile_function_ends_with_its_execution",),
    ),
)

PLACES = (
    Guard(
        ("33",),
        "a working directory that is gone is the data directory again",
        "backend/executor/worker/loop.py",
        "self.repair.place()",
        "pass",
        (
            f"{PLACE}::test_a_working_directory_that_is_gone_is_the_data_directory_again",
            f"{PLACE}::test_a_data_directory_taken_away_is_made_anew",
            f"{ABUSE}::test_a_removed_data_directory_comes_back_and_says_so",
        ),
    ),
    Guard(
        ("33",),
        "what became of the directory is said",
        "backend/executor/worker/repair.py",
        "self._sys.stderr.write(",
        "str(",
        (
            f"{PLACE}::test_a_data_directory_that_cannot_be_made_anew_is_said",
            f"{ABUSE}::test_a_removed_data_directory_comes_back_and_says_so",
        ),
    ),
    Guard(
        ("33",),
        "a patched os in the way of that ends nothing",
        "backend/executor/worker/repair.py",
        "self._place()\n        except BaseException:",
        "self._place()\n        except OSError:",
        (f"{PLACE}::test_a_patched_os_does_not_end_the_worker",),
    ),
    Guard(
        ("33",),
        "uploads make a data directory anew",
        "backend/executor/workspace.py",
        "except FileNotFoundError:  # code removed it\n            self.root.mkdir",
        "except FileNotFoundError:  # code removed it\n            raise\n            self.root.mkdir",
        (
            "tests/unit/executor/test_workspace.py::test_a_removed_data_directory_is_made_again",
            f"{ABUSE}::test_a_data_directory_moved_away_is_there_for_the_next_upload",
        ),
    ),
)

REFERENCES = (
    Guard(
        ("34",),
        "builtins and sys.modules are mended after each execution",
        "backend/executor/worker/loop.py",
        "self.repair.names()",
        "pass",
        (
            f"{NEXT_WORKS}[modules cleared]",
            f"{NEXT_WORKS}[print is None]",
            f"{NEXT_WORKS}[len deleted]",
            f"{NEXT_WORKS}[import broken]",
        ),
    ),
    Guard(
        ("34",),
        "frames are spelled by methods of their own",
        "backend/executor/worker/frames.py",
        "iterencode = json.JSONEncoder.iterencode",
        "pass",
        (f"{NEXT_WORKS}[json patched]",),
    ),
    Guard(
        ("34",),
        "the gate goes by functions that it has taken at its start",
        "backend/executor/worker/gate.py",
        "self._read = os.read",
        "self._read = lambda fd, size: os.read(fd, size)",
        (f"{NEXT_WORKS}[os patched]",),
    ),
    Guard(
        ("34",),
        "so do the streams",
        "backend/executor/worker/streams.py",
        "self._dup2 = os.dup2",
        "self._dup2 = lambda old, new: os.dup2(old, new)",
        (f"{NEXT_WORKS}[os patched]",),
    ),
    Guard(
        ("34",),
        "so does the loop",
        "backend/executor/worker/loop.py",
        "self._getpid = os.getpid",
        "self._getpid = lambda: os.getpid()",
        (f"{NEXT_WORKS}[os patched]",),
    ),
    Guard(
        ("34",),
        "so does the clock",
        "backend/executor/worker/loop.py",
        "self._clock = time.perf_counter",
        "self._clock = lambda: time.perf_counter()",
        (f"{NEXT_WORKS}[time patched]",),
    ),
    Guard(
        ("34",),
        "signals go past the module that code may patch",
        "backend/executor/worker/gate.py",
        "self._signal = _signal.signal",
        "self._signal = lambda number, handler: signal.signal(number, handler)",
        (f"{NEXT_WORKS}[signal patched]",),
    ),
    Guard(
        ("35",),
        "the data directory is the last place where imports look",
        "backend/executor/worker/process.py",
        "sys.path.append(place.path)",
        "sys.path.insert(0, place.path)",
        (f"{ABUSE}::test_files_named_like_modules_shadow_nothing",),
    ),
    Guard(
        ("35",),
        "imports do look there",
        "backend/executor/worker/process.py",
        "sys.path.append(place.path)",
        "pass",
        (f"{ABUSE}::test_files_of_the_session_can_be_imported",),
    ),
    Guard(
        ("35",),
        "the interpreter is isolated: the folder of our programs is no place where imports look",
        "backend/executor/nursery.py",
        'self.python, "-I", str(PROGRAM)',
        "self.python, str(PROGRAM)",
        (f"{ABUSE}::test_files_of_the_session_can_be_imported",),
    ),
)

FRAMES = (
    Guard(
        ("36",),
        "a frame has a limit",
        "backend/executor/worker/frames.py",
        "if length > LIMIT:\n                raise",
        "if False:\n                raise",
        (f"{FORGED}[garbage]", f"{FORGED}[four gigabytes announced]"),
    ),
    Guard(
        ("36",),
        "what does not read is no frame",
        "backend/executor/worker/frames.py",
        "frame = _decode(str(body, \"ascii\"))\n    except (ValueError, RecursionError) as error:",
        "frame = _decode(str(body, \"ascii\"))\n    except MemoryError as error:",
        (
            f"{FORGED}[not JSON]",
            f"{FORGED}[not ASCII]",
            f"{FORGED}[deeply nested]",
        ),
    ),
    Guard(
        ("36",),
        "what is no object is no frame",
        "backend/executor/worker/frames.py",
        "if not isinstance(frame, dict):",
        "if False:",
        (f"{FORGED}[not an object]",),
    ),
    Guard(
        ("36",),
        "a frame that is begun has a time to be completed",
        "backend/executor/channel.py",
        'self._stall = self._loop.call_later(STALL, self._end, "a frame that never ended")',
        "pass",
        (f"{PROTOCOL}::test_a_frame_at_one_byte_a_time_is_given_up",),
    ),
    Guard(
        ("36",),
        "an answer that nobody asked for ends the worker",
        "backend/executor/session.py",
        'link.refuse("an answer that nobody asked for")',
        "pass",
        (
            f"{FORGED}[wrong id]",
            f"{FORGED}[unknown event]",
            f"{FORGED}[no event]",
            f"{FORGED}[a second ready]",
            f"{FORGED}[a display that is none]",
            f"{PROTOCOL}::test_a_forged_end_finishes_once_and_the_real_one_ends_the_worker",
        ),
    ),
    Guard(
        ("36",),
        "an answer names its execution",
        "backend/executor/session.py",
        'turn.answer is None and frame.get("id") == turn.job.id:\n            link.drain()\n            link.end_text()',
        "turn.answer is None:\n            link.drain()\n            link.end_text()",
        (f"{FORGED}[wrong id]",),
    ),
    Guard(
        ("36",),
        "a worker that broke the protocol is not heard any more",
        "backend/executor/link.py",
        "if self._refused or self.dead:\n            return",
        "if self.dead:\n            return",
        (f"{PROTOCOL}::test_after_a_broken_frame_nothing_is_heard",),
    ),
)

WORKS = (
    Guard(
        ("37",),
        "multiprocessing finds what it asks of a main module",
        "backend/executor/worker/ipython_shell.py",
        'self.user_ns.setdefault("__spec__", None)',
        "pass",
        (f"{ABUSE}::test_multiprocessing_works",),
    ),
    Guard(
        ("37",),
        "a loop that code closed is made anew",
        "backend/executor/worker/coroutines.py",
        "if self._loop is None or self._loop.is_closed():",
        "if self._loop is None:",
        (f"{NEXT_WORKS}[loop closed]", f"{ABUSE}::test_a_loop_that_code_closed_is_made_anew"),
    ),
    Guard(
        ("37",),
        "an interrupted coroutine does not go on in the next execution",
        "backend/executor/worker/coroutines.py",
        "task.cancel()\n                loop.run_until_complete(asyncio.gather(task, return_exceptions=True))",
        "pass",
        (f"{STOPPING}::test_an_interrupted_coroutine_does_not_go_on_later",),
    ),
)

BESIDE = (
    Guard(
        ("31", "23"),
        "completions and inspections that take too long are given up",
        "backend/executor/completion.py",
        "LIMIT = 0.05",
        "LIMIT = 5.0",
        (
            f"{INSPECTION}::test_a_repr_that_never_ends_is_given_up",
            f"{ABUSE}::test_a_completion_that_hangs_costs_neither_time_nor_state",
        ),
    ),
    Guard(
        ("23", "10"),
        "what is given up is interrupted by its name",
        "backend/executor/completion.py",
        "link.interrupt(self._name())",
        "pass",
        (
            f"{INSPECTION}::test_a_repr_that_never_ends_is_given_up",
            f"{ABUSE}::test_a_completion_that_hangs_costs_neither_time_nor_state",
        ),
    ),
    Guard(
        ("23",),
        "properties are not computed to be shown",
        "backend/executor/worker/inspection.py",
        "found = static if isinstance(static, property) else getattr(found, part, _MISSING)",
        "found = getattr(found, part, _MISSING)",
        (f"{INSPECTION}::test_properties_are_not_computed",),
    ),
    Guard(
        ("38",),
        "executions that wait are bounded",
        "backend/executor/line.py",
        "if len(self._jobs) >= ROOM:",
        "if False:",
        ("tests/contract/test_queue.py::test_a_full_queue_rejects_and_the_rest_goes_on",),
    ),
)

GUARDS = (*EXCEPTIONS, *INPUTS, *SIGNALS, *PLACES, *REFERENCES, *FRAMES, *WORKS, *BESIDE)
