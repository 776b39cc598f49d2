"""The verbs of the command line about case files: an empty workbook to fill in, and stored rows as a file."""

from __future__ import annotations

from pathlib import Path

from tracker.arguments import DONE, Arguments, act_of
from tracker.core.problems import UsageError
from tracker.services import running
from tracker.services.case_export import Asked, export_cases
from tracker.services.exports import Download, Ending
from tracker.services.templates import make_template
from tracker.text import say

_ALL = 10**9


def template(arguments: Arguments) -> int:
    """Write the template of a kind."""
    _ending(arguments.out, ("xlsx",))
    return _write(arguments, make_template(running.database(), arguments.kind, arguments.language, act_of(arguments)))


def case_export(arguments: Arguments) -> int:
    """Write all stored rows of a kind, or one unit's; a workbook holds what a sheet can."""
    ending = _ending(arguments.out, ("csv", "xlsx"))
    asked = Asked(arguments.kind, arguments.unit, _ALL if ending == "csv" else Asked(arguments.kind).most)
    return _write(arguments, export_cases(running.database(), asked, arguments.language, ending, act_of(arguments)))


def _ending(out: Path, known: tuple[Ending, ...]) -> Ending:
    for ending in known:
        if out.suffix.lower() == f".{ending}":
            return ending
    raise UsageError("unknown_ending", file=out.name, endings=" / ".join(f".{ending}" for ending in known))


def _write(arguments: Arguments, file: Download) -> int:
    try:
        arguments.out.write_bytes(file.data)
    except OSError as error:
        raise UsageError("unwritable_file", file=str(arguments.out), why=error.strerror or "") from error
    print(say(arguments.language, "cli.file_written", file=str(arguments.out)))
    return DONE
