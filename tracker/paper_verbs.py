"""The verb of the command line that writes the Word papers and the workbooks of a period."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from tracker.arguments import DONE, Arguments, actor_of, today_of, unwritable
from tracker.core.problems import UsageError
from tracker.services import running
from tracker.services.papers import KINDS, Filling, Offer, Paper, PaperAsk, make_papers, which
from tracker.services.standings import Question
from tracker.services.workbooks import WORKBOOKS, Asked, workbook
from tracker.text import say

_ALL = (*KINDS, *WORKBOOKS)


def export(arguments: Arguments) -> int:
    """Write a workbook, or a kind of paper: of the unit or meeting that is named, or all there are of the kind."""
    if arguments.kind in WORKBOOKS:
        return _export_workbook(arguments)
    database, actor, today = running.database(), actor_of(arguments), today_of(arguments)
    question = Question(arguments.campaign, arguments.period)
    named = Offer(arguments.kind, arguments.unit, arguments.person, arguments.meeting)
    wanted: Sequence[Offer] = [named]
    if not (arguments.unit or arguments.meeting):
        wanted = [offer for offer in which(database, question, today, actor) if offer.kind == arguments.kind]
    given = dict(arguments.given or [])
    asks = [PaperAsk(one.kind, question, one.unit, one.person, one.meeting, given) for one in wanted]
    for paper in make_papers(Filling(database, today, actor), asks):
        _write(arguments, paper)
    if not asks:
        print(say(arguments.language, "cli.no_papers", kind=say(arguments.language, f"paper.kind.{arguments.kind}")))
    return DONE


def _export_workbook(arguments: Arguments) -> int:
    kind, question = WORKBOOKS[arguments.kind], Question(arguments.campaign, arguments.period)
    for name in ("unit", "indicator")[: kind.of_unit + kind.of_indicator]:
        if not getattr(arguments, name):
            raise UsageError("workbook_needs", workbook=arguments.kind, option=f"--{name}")
    asked = Asked(question, arguments.language, arguments.unit or "", arguments.indicator or "")
    made = workbook(running.database(), arguments.kind, asked, actor_of(arguments), today_of(arguments))
    _write(arguments, Paper(made.name, made.data, sha256(made.data).hexdigest(), draft=False))
    return DONE


def add_paper_verb(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The arguments of `export`."""
    parser.add_argument("kind", choices=_ALL, metavar="KIND", help=" | ".join(_ALL))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--unit", metavar="UNIT", help="a paper of one unit; without it, of every unit there is one for")
    parser.add_argument("--indicator", metavar="INDICATOR", help="of the workbook of cases: the indicator they stand behind")
    parser.add_argument("--person", metavar="OFFICER", help="of one officer of the unit")
    parser.add_argument("--meeting", type=int, metavar="ID", help="the minutes of one meeting")
    words = "what stands on the paper: number=05 date=2026-01-05 place=..."
    parser.add_argument("--set", dest="given", nargs="+", type=_pair, metavar="NAME=TEXT", help=words)
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=TEXT; write it as number=05/BB-HĐ")
    return name, value


def _write(arguments: Arguments, paper: Paper) -> None:
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        file = arguments.out / paper.name
        file.write_bytes(paper.content)
    except OSError as error:
        raise unwritable(arguments.out, error) from error
    print(f"{paper.sha256}  {file}")
