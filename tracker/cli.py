"""The command line: the same verbs as the services, for people and for machines.

Exit codes: 0 done, 1 refused for the data's sake (problems on standard output), 2 the question itself is wrong.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tracker.core.periods import Every
from tracker.core.problems import RefusedError, UsageError
from tracker.services import answers, demo, running, tabulate
from tracker.services.access import OPERATOR, Actor
from tracker.services.act import Act
from tracker.services.batches import delete_case, list_batches, undo_batch
from tracker.services.campaigns import (
    NewCampaign,
    add_campaign,
    add_rulebook,
    check_rulebook,
    list_campaigns,
    show_rulebook,
)
from tracker.services.cases import CaseRow, Extract, find_indicator, list_cases
from tracker.services.database import upgrade
from tracker.services.imports import Choices, Source, import_files
from tracker.services.policies import rebuild_ledgers, verify_ledgers
from tracker.services.settings import SettingsError
from tracker.services.standings import Board, Question, compute_board, measure
from tracker.text import LANGUAGES, Language, say, say_problem, say_usage

DONE, REFUSED, USAGE = 0, 1, 2
ALL_CASES = Extract(0, 1_000_000_000)
Arguments = argparse.Namespace


def main(argv: Sequence[str]) -> int:
    """Run one verb and return its exit code."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except RefusedError as error:
        for problem in error.problems:
            print(say_problem(arguments.language, problem))
        return REFUSED
    except UsageError as error:
        print(say_usage(arguments.language, error), file=sys.stderr)
        return USAGE
    except SettingsError as error:
        print(error, file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        sys.stdout = None  # whoever read our output has seen enough
        return DONE
    return code


def _upgrade(arguments: Arguments) -> int:
    upgrade(running.database())
    print(say(arguments.language, "cli.upgraded"))
    return DONE


def _demo(arguments: Arguments) -> int:
    upgrade(running.database())
    size = demo.Size(arguments.units, arguments.dossiers, arguments.seed)
    for kind, rows in demo.load_province(running.database(), size).items():
        print(say(arguments.language, "cli.loaded", kind=say(arguments.language, f"kind.{kind}"), n=rows))
    return DONE


def _import(arguments: Arguments) -> int:
    sources = [Source(path.name, _read(path)) for path in arguments.paths]
    choices = Choices(arguments.kind, arguments.dry_run, arguments.good_rows)
    outcomes = import_files(running.database(), sources, _act(arguments), choices)
    if arguments.json:
        _print_json(answers.answer_import(outcomes, arguments.language))
    else:
        for outcome in outcomes:
            print(f"{outcome.file}: {answers.say_outcome(outcome, arguments.language)}")
            for problem in outcome.problems:
                print(f"  {say_problem(arguments.language, problem)}")
    return REFUSED if any(outcome.outcome == "refused" for outcome in outcomes) else DONE


def _batch_list(arguments: Arguments) -> int:
    rows = [dict(row._mapping) for row in list_batches(running.database(), _actor(arguments))]
    if arguments.json:
        _print_json({"batches": [{name: answers.plain_cell(value) for name, value in row.items()} for row in rows]})
    else:
        shown = ("id", "action", "kind", "file", "actor", "made_at", "new_rows", "changed_rows", "deleted_rows", "state")
        print(tabulate.table([list(shown), *([row[name] for name in shown] for row in rows)]))
    return DONE


def _batch_undo(arguments: Arguments) -> int:
    changes = undo_batch(running.database(), arguments.id, _act(arguments))
    words = {"batch": arguments.id, "restored": changes.changed, "deleted": changes.deleted}
    print(say(arguments.language, "cli.undone", **words))
    return DONE


def _case_delete(arguments: Arguments) -> int:
    batch = delete_case(running.database(), arguments.kind, arguments.key, arguments.reason, _act(arguments))
    print(say(arguments.language, "cli.deleted", key=arguments.key, batch=batch))
    return DONE


def _rulebook_check(arguments: Arguments) -> int:
    beside = arguments.file.with_suffix(".examples.toml")
    examples = (_read(beside).decode(), beside.name) if beside.exists() else None
    rulebook = check_rulebook(_read_text(arguments.file), arguments.file.name, examples)
    print(say(arguments.language, "cli.rulebook_good", code=rulebook.code, version=rulebook.version))
    return DONE


def _rulebook_add(arguments: Arguments) -> int:
    kept = add_rulebook(running.database(), _read_text(arguments.file), arguments.file.name, _act(arguments))
    words = {"code": kept.rulebook.code, "version": kept.rulebook.version, "sha256": kept.sha256}
    print(say(arguments.language, "cli.rulebook_added", **words))
    return DONE


def _rulebook_show(arguments: Arguments) -> int:
    kept = show_rulebook(running.database(), arguments.code, _actor(arguments))
    print(tabulate.rulebook_words(kept.rulebook, arguments.language) if arguments.words else kept.text)
    return DONE


def _campaign_add(arguments: Arguments) -> int:
    every = Every(arguments.every) if arguments.every else None
    new = NewCampaign(arguments.code, arguments.rulebook, arguments.begins, arguments.ends, every)
    campaign = add_campaign(running.database(), new, _act(arguments))
    codes = ", ".join(period.code for period in campaign.periods)
    print(say(arguments.language, "cli.campaign_added", campaign=campaign.code, periods=codes))
    return DONE


def _campaign_list(arguments: Arguments) -> int:
    campaigns = list_campaigns(running.database(), _actor(arguments))
    if arguments.json:
        _print_json(answers.answer_campaigns(campaigns))
    else:
        rows = [[campaign.code, campaign.rulebook, period.code, period.begins, period.ends, period.state]
                for campaign in campaigns for period in campaign.periods]  # fmt: skip
        print(tabulate.table([["campaign", "rulebook", "period", "from", "to", "state"], *rows]))
    return DONE


def _measures(arguments: Arguments) -> int:
    measured = measure(running.database(), _question(arguments), _today(arguments), _actor(arguments))
    _print_as(arguments, answers.answer_measures(measured), tabulate.measures_rows)
    return DONE


def _board(arguments: Arguments) -> Board:
    return compute_board(running.database(), _question(arguments), _today(arguments), _actor(arguments))


def _standings(arguments: Arguments) -> int:
    board = _board(arguments)
    if arguments.cluster is not None and arguments.cluster not in board.standings:
        raise UsageError("unknown_cluster", cluster=arguments.cluster, known=", ".join(board.standings))
    _print_as(arguments, answers.answer_standings(board, arguments.cluster), tabulate.standings_rows)
    return DONE


def _lists(arguments: Arguments) -> int:
    _print_as(arguments, answers.answer_lists(_board(arguments), arguments.language), tabulate.lists_rows)
    return DONE


def _explain(arguments: Arguments) -> int:
    board = _board(arguments)
    find_indicator(board.setting, arguments.indicator)
    place = board.place(arguments.unit)
    if place is None:
        raise UsageError("unknown_unit", unit=arguments.unit, campaign=arguments.campaign)
    line = place.score.line(arguments.indicator)
    cases: tuple[CaseRow, ...] = ()
    if arguments.cases:
        behind = (arguments.unit, arguments.indicator)
        found = list_cases(running.database(), _question(arguments), behind, _today(arguments), _actor(arguments), ALL_CASES)
        cases = found.rows
    if arguments.json:
        _print_json(answers.answer_explanation(board, line, arguments.unit, cases, arguments.language))
    else:
        print(tabulate.explanation_words(board, line, cases, arguments.language))
    return DONE


def _ledger_rebuild(arguments: Arguments) -> int:
    rebuilt = rebuild_ledgers(running.database(), _act(arguments))
    print(say(arguments.language, "cli.ledger_rebuilt", n=rebuilt))
    return DONE


def _ledger_verify(arguments: Arguments) -> int:
    checks = verify_ledgers(running.database(), _actor(arguments))
    for check in checks:
        words = {"policy": check.policy[:12], "n": len(check.differences)}
        print(say(arguments.language, "cli.ledger_differs" if check.differences else "cli.ledger_right", **words))
        for difference in check.differences[:20]:
            print(f"  {difference}")
    return REFUSED if any(check.differences for check in checks) else DONE


def _actor(arguments: Arguments) -> Actor:
    """The operator; accounts to act as do not exist yet, so any other name is a usage error."""
    if arguments.actor not in (None, OPERATOR):
        raise UsageError("unknown_actor", actor=arguments.actor)
    return OPERATOR


def _today(arguments: Arguments) -> date:
    return arguments.today or running.today()


def _act(arguments: Arguments) -> Act:
    return Act(_actor(arguments), _today(arguments), running.now())


def _question(arguments: Arguments) -> Question:
    return Question(arguments.campaign, arguments.period, arguments.as_of)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError("unreadable_file", file=str(path), why=error.strerror or "") from error


def _read_text(path: Path) -> str:
    try:
        return _read(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError("not_utf8", file=path.name) from error


def _print_json(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=1))


def _print_as(arguments: Arguments, answer: dict[str, Any], rows: Callable[[dict[str, Any]], list[list[Any]]]) -> None:
    """Print an answer as JSON, CSV or an aligned table."""
    if arguments.format == "json":
        _print_json(answer)
    elif arguments.format == "csv":
        sys.stdout.write(tabulate.csv(rows(answer)))
    else:
        print(tabulate.table(rows(answer)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: YYYY-MM-DD") from error


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if language == text:
            return language
    raise argparse.ArgumentTypeError(f"{text!r}: {', '.join(LANGUAGES)}")


def _common(**settings: Any) -> argparse.ArgumentParser:
    """What every verb takes. Made anew for each parser: parsers that share an option also share its default."""
    common = argparse.ArgumentParser(add_help=False, **settings)
    common.add_argument("--today", type=_day, metavar="DAY", help="count this day as today")
    common.add_argument("--actor", metavar="NAME", help="who acts (default: the operator)")
    common.add_argument("--language", type=_language, metavar="vi|en", help="language of messages")
    return common


def _parser() -> argparse.ArgumentParser:
    """All verbs. The common options stand before or after the verb; after it, SUPPRESS keeps what stood before."""
    words = "Emulation competition tracker: from case files to a defensible ranking"
    parser = argparse.ArgumentParser(prog="python -m tracker", description=words, parents=[_common()])
    parser.set_defaults(language=LANGUAGES[0])
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "upgrade", _upgrade, "create or migrate the database")
    _demo_arguments(_verb(verbs, "demo", _demo, "load the sample province into an empty database"))
    _import_arguments(_verb(verbs, "import", _import, "import case files"))
    _add_batch_verbs(_group(verbs, "batch", "what was imported"))
    case = _group(verbs, "case", "single rows")
    _delete_arguments(_verb(case, "delete", _case_delete, "delete one row"))
    _add_rulebook_verbs(_group(verbs, "rulebook", "check, keep and show rulebooks"))
    campaign = _group(verbs, "campaign", "begin and list campaigns")
    _campaign_arguments(_verb(campaign, "add", _campaign_add, "begin a campaign"))
    _verb(campaign, "list", _campaign_list, "list the campaigns").add_argument("--json", action="store_true")
    _format_arguments(_verb(verbs, "measures", _measures, "raw counts per unit"))
    _format_arguments(_verb(verbs, "standings", _standings, "scores and ranks per cluster")).add_argument("--cluster")
    _format_arguments(_verb(verbs, "lists", _lists, "the reward and criticism lists with reasons"))
    _explain_arguments(_question_arguments(_verb(verbs, "explain", _explain, "why a unit has its points")))
    ledger = _group(verbs, "ledger", "the daily ledger")
    _verb(ledger, "rebuild", _ledger_rebuild, "make it anew from the cases")
    _verb(ledger, "verify", _ledger_verify, "compare it with a fresh count")
    return parser


def _verb(under: Any, name: str, run: Callable[[Arguments], int], words: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = under.add_parser(
        name, parents=[_common(argument_default=argparse.SUPPRESS)], help=words, description=words
    )
    made.set_defaults(run=run)
    return made


def _group(under: Any, name: str, words: str) -> Any:
    return under.add_parser(name, help=words, description=words).add_subparsers(required=True, metavar="VERB")


def _add_batch_verbs(batch: Any) -> None:
    _verb(batch, "list", _batch_list, "list the batches").add_argument("--json", action="store_true")
    _verb(batch, "undo", _batch_undo, "take a batch back").add_argument("id", type=int, metavar="ID")


def _add_rulebook_verbs(rulebook: Any) -> None:
    _verb(rulebook, "check", _rulebook_check, "check a rulebook and its worked examples").add_argument("file", type=Path)
    _verb(rulebook, "add", _rulebook_add, "keep a rulebook").add_argument("file", type=Path)
    show = _verb(rulebook, "show", _rulebook_show, "print a rulebook")
    show.add_argument("code", metavar="CODE[@VERSION]")
    show.add_argument("--words", action="store_true", help="in plain sentences")


def _format_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _question_arguments(parser).add_argument("--format", choices=("table", "csv", "json"), default="table")
    return parser


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    size = demo.Size()
    parser.add_argument("--units", type=int, default=size.communes, metavar="N", help="communes")
    parser.add_argument("--dossiers", type=int, default=size.dossiers, metavar="N")
    parser.add_argument("--seed", type=int, default=size.seed, metavar="N")


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--kind", metavar="KIND", help="what the file holds, where its name does not say")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    parser.add_argument("--good-rows", action="store_true", help="import the good rows of a file with bad ones")
    parser.add_argument("--json", action="store_true")


def _delete_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("key", metavar="KEY", help='a key of several parts is joined by "/"')
    parser.add_argument("--reason", required=True, metavar="TEXT")


def _campaign_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("--rulebook", required=True, metavar="CODE[@VERSION]")
    parser.add_argument("--from", dest="begins", type=_day, required=True, metavar="DAY")
    parser.add_argument("--to", dest="ends", type=_day, required=True, metavar="DAY")
    parser.add_argument("--every", choices=[every.value for every in Every])


def _question_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--campaign", required=True, metavar="CODE")
    parser.add_argument("--period", required=True, metavar="CODE")
    parser.add_argument("--as-of", type=_day, metavar="DAY")
    return parser


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", metavar="UNIT")
    parser.add_argument("indicator", metavar="INDICATOR")
    parser.add_argument("--cases", action="store_true", help="list the cases behind it")
    parser.add_argument("--json", action="store_true")
