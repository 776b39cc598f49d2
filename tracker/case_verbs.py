"""The verbs of the command line about case files: an empty workbook to fill in, and stored rows as a file."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

from tracker.arguments import DONE, Arguments, act_of, actor_of, print_json
from tracker.core.problems import UsageError
from tracker.services import answers, running, tabulate
from tracker.services.case_export import Asked, export_cases
from tracker.services.exports import Download, Ending
from tracker.services.indices import IndexYear, list_indices
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


def indices_list(arguments: Arguments) -> int:
    """What is known of indices, year by year, with how the rank has moved."""
    years = list_indices(running.database(), actor_of(arguments), arguments.index, arguments.unit)
    rows = [{name: answers.plain_cell(value) for name, value in asdict(year).items()} for year in years]
    if arguments.json:
        print_json({"indices": rows})
    else:
        heads = [field.name for field in fields(IndexYear)]
        print(tabulate.table([heads, *([row[name] for name in heads] for row in rows)]))
    return DONE


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
