"""The verbs of the command line: each asks one service and prints its answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tracker.arguments import DONE, REFUSED, Arguments, act_of, actor_of, print_json, read_file, read_text, today_of
from tracker.core.periods import Every
from tracker.core.problems import UsageError
from tracker.core.rulebook import Rulebook
from tracker.services import answers, demo, running, tabulate
from tracker.services.access import Role
from tracker.services.accounts import (
    Grant,
    NewAccount,
    add_account,
    change_role,
    disable_account,
    enable_account,
    list_accounts,
    reset_password,
)
from tracker.services.audit_log import Wanted, export_entries, list_entries, say_faults, show_head, verify_log
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
from tracker.services.chain import read_anchors
from tracker.services.credentials import tidy_name
from tracker.services.database import grant_application, upgrade
from tracker.services.imports import Choices, Outcome, ReadingChoices, Source, import_files
from tracker.services.policies import rebuild_ledgers, verify_ledgers
from tracker.services.standings import Board, Question, compute_board, measure
from tracker.text import Language, say, say_problem

ALL_CASES = Extract(0, 1_000_000_000)


def upgrade_database(arguments: Arguments) -> int:
    """Create or migrate the database, and give the application's own role its rights."""
    upgrade(running.database())
    print(say(arguments.language, "cli.upgraded"))
    if arguments.app_role is not None:
        grant_application(running.database(), arguments.app_role, act_of(arguments))
        print(say(arguments.language, "cli.app_role_granted", role=arguments.app_role))
    return DONE


def load_demo(arguments: Arguments) -> int:
    """Load the sample province."""
    upgrade(running.database())
    size = demo.Size(arguments.units, arguments.dossiers, arguments.seed)
    for kind, rows in demo.load_province(running.database(), size).items():
        print(say(arguments.language, "cli.loaded", kind=say(arguments.language, f"kind.{kind}"), n=rows))
    return DONE


def import_cases(arguments: Arguments) -> int:
    """Import case files."""
    sources = (Source(path.name, read_file(path)) for path in arguments.paths)
    reading = _reading_choices(arguments)
    choices = Choices(arguments.kind, arguments.dry_run, arguments.good_rows, reading, arguments.profile)
    outcomes = import_files(running.database(), sources, act_of(arguments), choices)
    if arguments.json:
        print_json(answers.answer_import(outcomes, arguments.language))
    else:
        for outcome in outcomes:
            print(f"{answers.name_outcome(outcome)}: {answers.say_outcome(outcome, arguments.language)}")
            for problem in outcome.problems:
                severity = say(arguments.language, f"severity.{problem.severity.value}")
                print(f"  {severity}: {say_problem(arguments.language, problem)}")
    for outcome in outcomes:
        if outcome.outcome == "imported" and outcome.refused:
            _give_back(outcome, arguments.language)
    return REFUSED if any(outcome.outcome == "refused" for outcome in outcomes) else DONE


def _reading_choices(arguments: Arguments) -> ReadingChoices:
    """The answers given to what the files leave open."""
    return ReadingChoices(
        sheets=tuple(arguments.sheet) if arguments.sheet else None,
        header_row=arguments.header_row,
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        date_order=arguments.date_order,
        year_base=arguments.year_base,
        century=arguments.century,
        unit=arguments.unit,
        period=arguments.period,
    )


def _give_back(outcome: Outcome, language: Language) -> None:
    """Write the refused rows to a file of their own, in their own columns, with the reasons in a last one."""
    path = Path(f"{Path(outcome.file).stem}.refused.csv")
    path.write_text(tabulate.csv(answers.refused_with_reasons(outcome, language)), "utf-8-sig")
    print(say(language, "cli.given_back", file=path.name, n=outcome.refused), file=sys.stderr)


def batch_list(arguments: Arguments) -> int:
    """List the batches."""
    rows = [dict(row._mapping) for row in list_batches(running.database(), actor_of(arguments))]
    if arguments.json:
        print_json({"batches": [{name: answers.plain_cell(value) for name, value in row.items()} for row in rows]})
    else:
        shown = ("id", "action", "kind", "file", "actor", "made_at", "new_rows", "changed_rows", "deleted_rows", "state")
        print(tabulate.table([list(shown), *([row[name] for name in shown] for row in rows)]))
    return DONE


def batch_undo(arguments: Arguments) -> int:
    """Take a batch back."""
    changes = undo_batch(running.database(), arguments.id, act_of(arguments))
    words = {"batch": arguments.id, "restored": changes.changed, "deleted": changes.deleted}
    print(say(arguments.language, "cli.undone", **words))
    return DONE


def case_delete(arguments: Arguments) -> int:
    """Delete one row."""
    batch = delete_case(running.database(), arguments.kind, arguments.key, arguments.reason, act_of(arguments))
    print(say(arguments.language, "cli.deleted", key=arguments.key, batch=batch))
    return DONE


def rulebook_check(arguments: Arguments) -> int:
    """Check a rulebook and its worked examples."""
    rulebook = _checked(arguments.file)
    print(say(arguments.language, "cli.rulebook_good", code=rulebook.code, version=rulebook.version))
    return DONE


def _checked(path: Path) -> Rulebook:
    """The rulebook of a file, its worked examples recomputed if they stand beside it."""
    beside = path.with_suffix(".examples.toml")
    examples = (read_text(beside), beside.name) if beside.exists() else None
    return check_rulebook(read_text(path), path.name, examples)


def rulebook_add(arguments: Arguments) -> int:
    """Keep a rulebook."""
    _checked(arguments.file)
    kept = add_rulebook(running.database(), read_text(arguments.file), arguments.file.name, act_of(arguments))
    words = {"code": kept.rulebook.code, "version": kept.rulebook.version, "sha256": kept.sha256}
    print(say(arguments.language, "cli.rulebook_added", **words))
    return DONE


def rulebook_show(arguments: Arguments) -> int:
    """Print a rulebook, as text or in words."""
    kept = show_rulebook(running.database(), arguments.code, actor_of(arguments))
    print(tabulate.rulebook_words(kept.rulebook, arguments.language) if arguments.words else kept.text)
    return DONE


def campaign_add(arguments: Arguments) -> int:
    """Begin a campaign."""
    every = Every(arguments.every) if arguments.every else None
    new = NewCampaign(arguments.code, arguments.rulebook, arguments.begins, arguments.ends, every)
    campaign = add_campaign(running.database(), new, act_of(arguments))
    codes = ", ".join(period.code for period in campaign.periods)
    print(say(arguments.language, "cli.campaign_added", campaign=campaign.code, periods=codes))
    return DONE


def campaign_list(arguments: Arguments) -> int:
    """List the campaigns."""
    campaigns = list_campaigns(running.database(), actor_of(arguments))
    if arguments.json:
        print_json(answers.answer_campaigns(campaigns))
    else:
        rows = [[campaign.code, campaign.rulebook, period.code, period.begins, period.ends, period.state]
                for campaign in campaigns for period in campaign.periods]  # fmt: skip
        print(tabulate.table([["campaign", "rulebook", "period", "from", "to", "state"], *rows]))
    return DONE


def measures(arguments: Arguments) -> int:
    """Raw counts per unit."""
    measured = measure(running.database(), _question(arguments), today_of(arguments), actor_of(arguments))
    _print_as(arguments, answers.answer_measures(measured), tabulate.measures_rows)
    return DONE


def _board(arguments: Arguments) -> Board:
    return compute_board(running.database(), _question(arguments), today_of(arguments), actor_of(arguments))


def standings(arguments: Arguments) -> int:
    """Scores and ranks per cluster."""
    board = _board(arguments)
    if arguments.cluster is not None and arguments.cluster not in board.standings:
        raise UsageError("unknown_cluster", cluster=arguments.cluster, known=", ".join(board.standings))
    answer = answers.answer_standings(board, arguments.cluster, arguments.language)
    _print_as(arguments, answer, tabulate.standings_rows)
    return DONE


def lists(arguments: Arguments) -> int:
    """The reward and criticism lists."""
    _print_as(arguments, answers.answer_lists(_board(arguments), arguments.language), tabulate.lists_rows)
    return DONE


def explain(arguments: Arguments) -> int:
    """Why a unit has its points."""
    board = _board(arguments)
    find_indicator(board.setting, arguments.indicator)
    place = board.place(arguments.unit)
    if place is None:
        raise UsageError("unknown_unit", unit=arguments.unit, campaign=arguments.campaign)
    line = place.score.line(arguments.indicator)
    cases: tuple[CaseRow, ...] = ()
    if arguments.cases:
        behind, today = (arguments.unit, arguments.indicator), today_of(arguments)
        found = list_cases(running.database(), _question(arguments), behind, today, actor_of(arguments), ALL_CASES)
        cases = found.rows
    if arguments.json:
        print_json(answers.answer_explanation(board, line, arguments.unit, cases, arguments.language))
    else:
        print(tabulate.explanation_words(board, line, arguments.unit, cases, arguments.language))
    return DONE


def ledger_rebuild(arguments: Arguments) -> int:
    """Make the ledgers anew."""
    rebuilt = rebuild_ledgers(running.database(), act_of(arguments))
    print(say(arguments.language, "cli.ledger_rebuilt", n=rebuilt))
    return DONE


def ledger_verify(arguments: Arguments) -> int:
    """Compare the ledgers with a fresh count."""
    checks = verify_ledgers(running.database(), actor_of(arguments))
    for check in checks:
        words = {"policy": check.policy[:12], "n": len(check.differences)}
        print(say(arguments.language, "cli.ledger_differs" if check.differences else "cli.ledger_right", **words))
        for difference in check.differences[:20]:
            print(f"  {difference}")
    return REFUSED if any(check.differences for check in checks) else DONE


def audit_list(arguments: Arguments) -> int:
    """Print the log's entries: the newest as a table, or all of them as stored."""
    wanted = Wanted(arguments.by, arguments.verb, arguments.thing, arguments.first, arguments.last)
    if arguments.csv:
        sys.stdout.write(export_entries(running.database(), actor_of(arguments), wanted).data.decode("utf-8-sig"))
        return DONE
    page = list_entries(running.database(), actor_of(arguments), wanted, limit=arguments.limit)
    rows = [
        [one.seq, one.at, one.actor, one.verb, one.thing, _compact(one.before), _compact(one.after), one.reason]
        for one in page.entries
    ]
    print(tabulate.table([["seq", "at", "actor", "verb", "thing", "before", "after", "reason"], *rows]))
    return DONE


def audit_head(arguments: Arguments) -> int:
    """Print the newest entry's number and hash, as an anchor file holds them."""
    head = show_head(running.database(), actor_of(arguments))
    print(head.seq, head.hash)
    return DONE


def audit_verify(arguments: Arguments) -> int:
    """Say whether the log is whole, or which entry is the first that is wrong, and which rows are not as it sealed them."""
    anchors = read_anchors(read_text(arguments.anchor)) if arguments.anchor else []
    verdict = verify_log(running.database(), actor_of(arguments), anchors)
    if verdict.backwards:
        words = {"n": len(verdict.backwards), "seq": verdict.backwards[0]}
        print(say(arguments.language, "audit.backwards", **words), file=sys.stderr)
    for fault in say_faults(verdict, arguments.language):
        print(fault)
    if not verdict.whole:
        return REFUSED
    print(say(arguments.language, "audit.whole", n=verdict.head.seq, hash=verdict.head.hash))
    if not anchors:
        print(say(arguments.language, "audit.unanchored"), file=sys.stderr)
    return DONE


def _compact(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False) if said else ""


def user_add(arguments: Arguments) -> int:
    """Make an account and print its one-time password."""
    new = NewAccount(arguments.name, Role(arguments.role), arguments.full_name, _grant(arguments))
    password = add_account(running.database(), new, act_of(arguments))
    print(say(arguments.language, "cli.user_added", name=tidy_name(arguments.name), password=password))
    return DONE


def user_list(arguments: Arguments) -> int:
    """Every account with its role and units."""
    accounts = list_accounts(running.database(), actor_of(arguments))
    if arguments.json:
        print_json(answers.answer_accounts(accounts))
    else:
        heads = ["name", "full_name", "role", "units", "may_import", "active", "must_change", "sign_ins"]
        found = answers.answer_accounts(accounts)["accounts"]
        rows = [[", ".join(cell) if isinstance(cell := row[head], list) else cell for head in heads] for row in found]
        print(tabulate.table([heads, *rows]))
    return DONE


def user_disable(arguments: Arguments) -> int:
    """Shut an account out at once."""
    disable_account(running.database(), arguments.name, act_of(arguments))
    print(say(arguments.language, "cli.user_disabled", name=tidy_name(arguments.name)))
    return DONE


def user_enable(arguments: Arguments) -> int:
    """Let a disabled account sign in again."""
    enable_account(running.database(), arguments.name, act_of(arguments))
    print(say(arguments.language, "cli.user_enabled", name=tidy_name(arguments.name)))
    return DONE


def user_reset(arguments: Arguments) -> int:
    """Print a new one-time password for an account."""
    password = reset_password(running.database(), arguments.name, act_of(arguments))
    print(say(arguments.language, "cli.user_reset", name=tidy_name(arguments.name), password=password))
    return DONE


def user_grant(arguments: Arguments) -> int:
    """Give an account a role and its units."""
    change_role(running.database(), arguments.name, Role(arguments.role), _grant(arguments), act_of(arguments))
    print(say(arguments.language, "cli.user_granted", name=tidy_name(arguments.name)))
    return DONE


def _grant(arguments: Arguments) -> Grant:
    return Grant(frozenset(arguments.units), arguments.all_units, arguments.may_import)


def _question(arguments: Arguments) -> Question:
    return Question(arguments.campaign, arguments.period, arguments.as_of)


def _print_as(arguments: Arguments, answer: dict[str, Any], rows: Callable[[dict[str, Any]], list[list[Any]]]) -> None:
    """Print an answer as JSON, CSV or an aligned table."""
    if arguments.format == "json":
        print_json(answer)
    elif arguments.format == "csv":
        sys.stdout.write(tabulate.csv(rows(answer)))
    else:
        print(tabulate.table(rows(answer)))
