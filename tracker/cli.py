"""The command line: the same verbs as the services, for people and for machines.

Exit codes: 0 done, 1 refused for the data's sake (problems on standard output), 2 the question itself is wrong.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from tracker import case_verbs, life_verbs, paper_verbs, rule_verbs, verbs, work_verbs
from tracker.arguments import Arguments
from tracker.backup_verbs import add_backup_verbs
from tracker.core.periods import Every
from tracker.core.problems import RefusedError, UsageError
from tracker.decision_verbs import add_committee_verbs
from tracker.packing_verbs import add_packing_verb
from tracker.paper_verbs import add_paper_verb
from tracker.services import demo
from tracker.services.access import Role
from tracker.services.database import database_failures_explained
from tracker.services.settings import SettingsError
from tracker.services.steps import Step
from tracker.services.waiting import tell_waiting
from tracker.services.worklist import DAYS_AHEAD
from tracker.text import LANGUAGES, Language, say, say_problem, say_usage

DONE, REFUSED, USAGE = 0, 1, 2


def main(argv: Sequence[str]) -> int:
    """Run one verb and return its exit code."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    arguments = _parser().parse_args(argv)
    tell_waiting(partial(_say_waiting, arguments.language))
    try:
        with database_failures_explained():
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


@contextmanager
def _say_waiting(language: Language, key: str) -> Iterator[None]:
    """Say on standard error that the verb waits, and for what."""
    print(say(language, key), file=sys.stderr, flush=True)
    yield


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD, such as 2018-03-31") from error


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
    top = parser.add_subparsers(required=True, metavar="VERB")
    _verb(top, "upgrade", verbs.upgrade_database, "create or migrate the database").add_argument(
        "--app-role", metavar="ROLE", help="PostgreSQL: the role the application runs as, which is not to own the tables"
    )
    _demo_arguments(_verb(top, "demo", verbs.load_demo, "load the sample province into an empty database"))
    _import_arguments(_verb(top, "import", verbs.import_cases, "import case files"))
    _add_batch_verbs(_group(top, "batch", "what was imported"))
    _template_arguments(_verb(top, "template", case_verbs.template, "write an empty workbook of a case file"))
    case = _group(top, "case", "single rows, and all rows of a kind")
    _case_export_arguments(_verb(case, "export", case_verbs.case_export, "write the stored rows of a kind as a case file"))
    _delete_arguments(_verb(case, "delete", verbs.case_delete, "delete one row"))
    _add_index_verbs(_group(top, "indices", "PAR, SIPAS, PAPI, PCI"))
    _add_rulebook_verbs(_group(top, "rulebook", "check, keep and show rulebooks"))
    _add_campaign_verbs(_group(top, "campaign", "begin, list and set up campaigns"))
    _format_arguments(_verb(top, "measures", verbs.measures, "raw counts per unit"))
    _format_arguments(_verb(top, "standings", verbs.standings, "scores and ranks per cluster")).add_argument("--cluster")
    _format_arguments(_verb(top, "lists", verbs.lists, "the reward and criticism lists with reasons"))
    _explain_arguments(_question_arguments(_verb(top, "explain", verbs.explain, "why a unit has its points")))
    words = "print what a unit has to do, as the text of a daily message"
    _digest_arguments(_question_arguments(_verb(top, "digest", work_verbs.digest, words)))
    _add_life_verbs(top)
    _add_ledger_verbs(_group(top, "ledger", "the daily ledger"))
    _add_audit_verbs(_group(top, "audit", "who did what"))
    _add_user_verbs(_group(top, "user", "who may sign in"))
    add_committee_verbs(top, _group, _verb, _day)
    add_packing_verb(top, _verb)
    add_backup_verbs(top, _verb)
    return parser


def _add_life_verbs(top: Any) -> None:
    words = {
        Step.FREEZE: "copy what a period rests on; from then on only the copy counts",
        Step.PUBLISH: "show a frozen result to everybody, as provisional",
        Step.FINALISE: "make a published result final",
        Step.REOPEN: "begin a new revision; the old one stays readable",
    }
    for step in Step:
        parser = _period_arguments(_verb(top, step.value, life_verbs.step, words[step]))
        done = parser.add_mutually_exclusive_group(required=True)
        for name in ("propose", "approve", "refuse", "withdraw"):
            done.add_argument(f"--{name}", dest="done", action="store_const", const=name)
        parser.add_argument("--reason", metavar="TEXT")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(step=step.value)
    show = _verb(_group(top, "period", "a period's life"), "show", life_verbs.show, "where it stands and what blocks it")
    _period_arguments(show).add_argument("--json", action="store_true")
    _period_arguments(_verb(top, "verify", life_verbs.verify, "recompute a frozen or final result from what it keeps"))
    bundle = _verb(top, "bundle", life_verbs.bundle, "write a result with its inputs and a verifier")
    _period_arguments(bundle).add_argument("--out", type=Path, required=True, metavar="DIR")
    words_of_papers = (
        "write the Word papers of a kind (requests, minutes, decisions, letters, notices, result sheets), or a workbook"
    )
    add_paper_verb(_period_arguments(_verb(top, "export", paper_verbs.export, words_of_papers)))


def _period_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--campaign", required=True, metavar="CODE")
    parser.add_argument("--period", required=True, metavar="CODE")
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
    _verb(batch, "list", verbs.batch_list, "list the batches").add_argument("--json", action="store_true")
    _verb(batch, "undo", verbs.batch_undo, "take a batch back").add_argument("id", type=int, metavar="ID")


def _add_ledger_verbs(ledger: Any) -> None:
    _verb(ledger, "rebuild", verbs.ledger_rebuild, "make it anew from the cases")
    _verb(ledger, "verify", verbs.ledger_verify, "compare it with a fresh count")


def _add_index_verbs(indices: Any) -> None:
    listed = _verb(indices, "list", case_verbs.indices_list, "an index year by year, with how the rank has moved")
    listed.add_argument("--index", metavar="INDEX")
    listed.add_argument("--unit", metavar="UNIT", help="an office's code, or a place's name")
    listed.add_argument("--json", action="store_true")


def _add_rulebook_verbs(rulebook: Any) -> None:
    _verb(rulebook, "check", verbs.rulebook_check, "check a rulebook and its worked examples").add_argument(
        "file", type=Path
    )
    _verb(rulebook, "add", verbs.rulebook_add, "keep a rulebook").add_argument("file", type=Path)
    show = _verb(rulebook, "show", verbs.rulebook_show, "print a rulebook")
    show.add_argument("code", metavar="CODE[@VERSION]")
    show.add_argument("--words", action="store_true", help="in plain sentences")
    difference = _verb(rulebook, "diff", rule_verbs.rulebook_diff, "what differs between two versions, in plain sentences")
    difference.add_argument("before", metavar="CODE@VERSION")
    difference.add_argument("after", metavar="CODE@VERSION")
    difference.add_argument("--json", action="store_true")


def _add_campaign_verbs(campaign: Any) -> None:
    _campaign_arguments(_verb(campaign, "add", verbs.campaign_add, "begin a campaign"))
    _verb(campaign, "list", verbs.campaign_list, "list the campaigns").add_argument("--json", action="store_true")
    approve = _verb(campaign, "approve", rule_verbs.campaign_approve, "approve the rules of a campaign, as a chair")
    approve.add_argument("code", metavar="CODE")
    approve.add_argument("--rulebook", required=True, metavar="CODE@VERSION", help="the version that was read")
    move = _verb(campaign, "move", rule_verbs.campaign_move, "move a campaign to another version of its rulebook")
    move.add_argument("code", metavar="CODE")
    move.add_argument("--from", dest="seen", required=True, metavar="CODE@VERSION", help="the version that was read")
    move.add_argument("--to", dest="wanted", required=True, metavar="CODE@VERSION")
    move.add_argument("--reason", required=True, metavar="TEXT")


def _add_user_verbs(user: Any) -> None:
    _grant_arguments(_verb(user, "add", verbs.user_add, "make an account")).add_argument(
        "--full-name", default="", metavar="TEXT"
    )
    _verb(user, "list", verbs.user_list, "list the accounts").add_argument("--json", action="store_true")
    _grant_arguments(_verb(user, "grant", verbs.user_grant, "give an account another role and other units"))
    named = (
        ("disable", verbs.user_disable, "shut an account out at once"),
        ("enable", verbs.user_enable, "let it sign in again"),
        ("reset", verbs.user_reset, "print a new one-time password for it"),
    )
    for name, run, words in named:
        _verb(user, name, run, words).add_argument("name", metavar="NAME")


def _grant_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument("--units", nargs="+", default=[], metavar="UNIT", help="for a unit's account or a clerk")
    parser.add_argument("--all-units", action="store_true", help="for a clerk of the whole province")
    parser.add_argument("--may-import", action="store_true", help="let a unit's account hand in its own case files")
    return parser


def _add_audit_verbs(audit: Any) -> None:
    listed = _verb(audit, "list", verbs.audit_list, "list the newest entries")
    listed.add_argument("--by", metavar="NAME", help="who did it")
    listed.add_argument("--verb", metavar="VERB", help="what was done, such as import or denied")
    listed.add_argument("--thing", metavar="THING", help="to what: the beginning of it, such as batch/12")
    listed.add_argument("--from", dest="first", type=_day, metavar="DAY")
    listed.add_argument("--to", dest="last", type=_day, metavar="DAY")
    listed.add_argument("--limit", type=int, default=50, metavar="N")
    listed.add_argument("--csv", action="store_true", help="all of them, oldest first, as they are stored")
    _verb(audit, "head", verbs.audit_head, "print the newest entry's number and hash: an anchor")
    verify = _verb(audit, "verify", verbs.audit_verify, "find the first entry that was changed, removed or reordered")
    verify.add_argument("--anchor", type=Path, metavar="FILE", help="numbers and hashes written down earlier, one a line")


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
    parser.add_argument("--profile", metavar="NAME", help="how its files are read (default: found by their headings)")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    parser.add_argument("--good-rows", action="store_true", help="import the good rows of a file with bad ones")
    parser.add_argument("--sheet", action="append", metavar="NAME", help="read this sheet (again for more), hidden or not")
    parser.add_argument("--header-row", type=int, metavar="N", help="the row of the column names, the first being 1")
    parser.add_argument("--unit", metavar="UNIT", help="whose report form it is, where its title does not say")
    parser.add_argument("--period", metavar="P", help="over which days: 2018-Q1, 2018-H1, 2018-01, 2018 or FROM/TO")
    parser.add_argument("--encoding", metavar="E", help="utf-8, utf-16, cp1258 or tcvn3")
    parser.add_argument("--delimiter", metavar="SIGN", help='"," ";" "|" or tab')
    parser.add_argument("--date-order", metavar="ORDER", help="dmy, mdy or ymd")
    parser.add_argument("--year-base", metavar="BASE", help="gregorian or buddhist, where years are beyond 2100")
    parser.add_argument("--century", type=int, metavar="YEAR", help="2000 if 18 means 2018")
    parser.add_argument("--json", action="store_true")


def _template_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def _case_export_arguments(parser: argparse.ArgumentParser) -> None:
    _template_arguments(parser)
    parser.add_argument("--unit", metavar="UNIT", help="the rows of one unit only")


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
    _period_arguments(parser).add_argument("--as-of", type=_day, metavar="DAY")
    return parser


def _digest_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", metavar="UNIT")
    parser.add_argument("--days", type=int, choices=DAYS_AHEAD, default=DAYS_AHEAD[0], help="working days to look ahead")


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", metavar="UNIT")
    parser.add_argument("indicator", metavar="INDICATOR")
    parser.add_argument("--cases", action="store_true", help="list the cases behind it")
    parser.add_argument("--json", action="store_true")
