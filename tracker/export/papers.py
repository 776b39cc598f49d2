"""Word papers: a template filled with a context, by a process of its own that may fail without harm."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker import confined
from tracker.core.problems import Place, Problem, RefusedError
from tracker.export.paper_samples import samples_of

Context = Mapping[str, Any]

MAX_TEMPLATE = 5_000_000
CPU_SECONDS, CPU_SECONDS_EACH = 20, 3
_BUSY = 3  # how much longer than that it may take where others want the processor too
_AT_ONCE = 50  # papers that one process makes
_STOPPED = (-signal.SIGXCPU, -signal.SIGKILL)
LINE_BREAK = "\u2028"
_BLANKS = frozenset("\t\n\r\v\f\x85\u2029")
_NEVER = frozenset("\ue000\ue001\ufffe\uffff")  # stand-ins within the process, and what no document may hold


def render(template: bytes, context: Context) -> bytes:
    """The filled paper; the same bytes for the same context. RefusedError says what is wrong with the template."""
    return render_all(template, [context])[0]


def render_all(template: bytes, contexts: Iterable[Context]) -> list[bytes]:
    """Several papers of one template, cheaper than one by one."""
    wanted = [clean(context) for context in contexts]
    papers: list[bytes] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        papers += [paper for _, paper in _run(template, wanted[begin : begin + _AT_ONCE], checking=False)]
    return papers


def check_template(kind: str, template: bytes) -> list[Problem]:
    """What forbids using the template for that kind of paper: rendered with full and with empty sample data."""
    if len(template) > MAX_TEMPLATE:
        return [_problem("template_too_large")]
    wanted = [clean(sample) for sample in samples_of(kind)]
    try:
        found = [name for said, _ in _run(template, wanted, checking=True) for name in said["unknown"]]
    except RefusedError as error:
        return error.problems
    return [_problem("template_unknown_field", name) for name in dict.fromkeys(found)]


def clean(value: Any) -> Any:
    """The context as data a document can hold: text composed (NFC), in one line, without signs that do not print.

    A new line begins only where the context says so by LINE_BREAK.
    """
    if isinstance(value, Mapping):
        return {str(name): clean(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return _clean_text(value) if isinstance(value, str) else value


def _clean_text(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).split(LINE_BREAK)
    return "\n".join("".join(map(_clean_letter, line)) for line in lines)


def _clean_letter(letter: str) -> str:
    if letter in _BLANKS:
        return " "
    return "" if letter in _NEVER or unicodedata.category(letter) in ("Cc", "Cs") else letter


def _run(template: bytes, wanted: list[Any], *, checking: bool) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What the process says of each context, with the bytes it hands over."""
    seconds = CPU_SECONDS + CPU_SECONDS_EACH * len(wanted)
    asked = json.dumps({"template": len(template), "seconds": seconds, "checking": checking}).encode()
    command, environment = confined.command("tracker.filling"), confined.environment()
    data = asked + b"\n" + template + json.dumps(wanted).encode()
    try:
        done = subprocess.run(
            command, env=environment, input=data, capture_output=True, timeout=_BUSY * seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedError([_problem("template_too_slow")]) from error
    said = io.BytesIO(done.stdout)
    for _ in wanted:
        line = said.readline()
        if not line.endswith(b"\n"):
            raise RefusedError([_problem(_why_ended(done.returncode))])
        one = json.loads(line)
        if "error" in one:
            raise RefusedError([_problem(one["error"], one["value"], one["where"])])
        yield one, said.read(one.get("size", 0))


def _why_ended(code: int) -> str:
    """What became of a process that ended without a word: stopped, out of memory, or lost in the template."""
    if code in _STOPPED:
        return "template_too_slow"
    return "template_too_large" if code < 0 else "template_failed"


def _problem(code: str, value: str = "", where: str = "") -> Problem:
    return Problem(code, Place(""), value=value, args={"where": where})
