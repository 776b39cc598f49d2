"""Results as plain data for machines: the JSON of the command line, exactly as the contract names it.

Points, scores and ratios are strings (exact decimals), counts are integers, missing is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from tracker.core.describe import describe_formula
from tracker.core.problems import Problem, Severity
from tracker.core.rounding import fixed_text
from tracker.core.terms import Line, Statement
from tracker.intake import refused_rows
from tracker.services.accounts import AccountState
from tracker.services.campaigns import CampaignState
from tracker.services.cases import CaseRow
from tracker.services.imports import Outcome
from tracker.services.outcomes import Answer, answer_cluster, answer_line, count_text
from tracker.services.standings import Board, Measured, Setting
from tracker.text import LANGUAGES, Language, say, say_problem, say_statement


def answer_standings(board: Board, cluster: str | None = None, language: Language = LANGUAGES[0]) -> Answer:
    """The standings of every cluster, or of one; clusters are named in that language."""
    chosen = [standing for code, standing in board.standings.items() if cluster in (None, code)]
    places = board.setting.rulebook.rulebook.places
    names = {standing.cluster: board.name_cluster(standing.cluster, language) for standing in chosen}
    clusters = [{**answer_cluster(one, board.offices, places), "name": names[one.cluster]} for one in chosen]
    return {**answer_setting(board.setting), "clusters": clusters}


def answer_accounts(accounts: Iterable[AccountState]) -> Answer:
    """Accounts as an administrator sees them; no password, in no form."""
    return {
        "accounts": [
            {
                "name": account.name,
                "full_name": account.full_name,
                "role": account.role.value,
                "units": "all" if account.grant.all_units else sorted(account.grant.units),
                "may_import": account.grant.may_import,
                "active": account.active,
                "must_change": account.must_change,
                "sign_ins": account.sign_ins,
            }
            for account in accounts
        ]
    }


def answer_setting(setting: Setting) -> Answer:
    """Which campaign, rulebook, period and day the figures are of."""
    kept, period = setting.rulebook, setting.period
    return {
        "campaign": setting.campaign.code,
        "rulebook": {"code": kept.rulebook.code, "version": kept.rulebook.version, "sha256": kept.sha256},
        "period": {
            "code": period.code,
            "from": period.begins.isoformat(),
            "to": period.ends.isoformat(),
            "state": period.state,
        },
        "as_of": setting.as_of.isoformat(),
    }


def answer_measures(measured: Measured) -> Answer:
    """Every measure of every unit of the period."""
    setting = measured.setting
    return {
        "campaign": setting.campaign.code,
        "period": setting.period.code,
        "as_of": setting.as_of.isoformat(),
        "units": [
            {
                "unit": office.code,
                "name": office.name,
                "cluster": office.cluster,
                "measures": {name: count_text(value) for name, value in measured.facts[office.code].measures.items()},
            }
            for office in measured.offices
        ],
    }


def answer_lists(board: Board, language: Language) -> Answer:
    """The reward list, the criticism list and who was ruled out, each with its reasons in words."""
    places = board.setting.rulebook.rulebook.places

    def reasons(statements: Iterable[Statement]) -> list[Answer]:
        named = map(board.with_names, statements)
        return [{"code": statement.key, "text": say_statement(language, statement)} for statement in named]

    def standing(unit: str, cluster: str, rank: int | None, score: Fraction) -> Answer:
        named = {"unit": unit, "name": board.offices[unit].name, "cluster": cluster}
        return {**named, "rank": rank, "score": fixed_text(score, places)}

    return {
        **answer_setting(board.setting),
        "reward": [
            {
                "award": reward.award,
                **standing(reward.unit, reward.cluster, reward.rank, reward.score),
                "reasons": reasons(reward.reasons),
                "tie": reward.tie,
            }
            for reward in board.lists.reward
        ],
        "criticism": [
            {
                "criticism": named.criticism,
                "level": named.level,
                **standing(named.unit, named.cluster, named.rank, named.score),
                "reasons": reasons(named.reasons),
            }
            for named in board.lists.criticism
        ],
        "ruled_out": [
            {
                "unit": barred.unit,
                "name": board.offices[barred.unit].name,
                "cluster": barred.cluster,
                "award": barred.award,
                "gate": barred.gate,
                "text": say_statement(language, barred.reason),
            }
            for barred in board.lists.ruled_out
        ],
    }


def answer_explanation(board: Board, line: Line, unit: str, cases: Iterable[CaseRow], language: Language) -> Answer:
    """A unit's indicator: the formula in words, its numbers and, when asked for, the cases behind it."""
    rulebook = board.setting.rulebook.rulebook
    words = (say_statement(language, statement) for statement in describe_formula(rulebook, rulebook.indicator(line.code)))
    shown = answer_line(line, rulebook.places)
    return {
        "unit": unit,
        "indicator": line.code,
        "formula": " ".join(words),
        **shown,
        "cases": [_case(row) for row in cases],
    }


def _case(row: CaseRow) -> Answer:
    own = {"kind": f"{row.kind}_kind"}  # a feedback's own kind beside the kind of case file
    cells = {own.get(name, name): plain_cell(value) for name, value in row.cells.items() if name != "code"}
    return {"kind": row.kind, "code": row.code, "effect": row.effect, "measures": list(row.measures), **cells}


def plain_cell(value: Any) -> Any:
    """A stored value as JSON has it: numbers and text as they are, days and moments as text."""
    return value if value is None or isinstance(value, int | str) else str(value)


def answer_campaigns(campaigns: Iterable[CampaignState]) -> Answer:
    """Every campaign with its rulebook and periods."""
    return {
        "campaigns": [
            {
                "code": campaign.code,
                "rulebook": campaign.rulebook,
                "periods": [
                    {
                        "code": period.code,
                        "from": period.begins.isoformat(),
                        "to": period.ends.isoformat(),
                        "state": period.state,
                    }
                    for period in campaign.periods
                ],
            }
            for campaign in campaigns
        ]
    }


def answer_import(outcomes: Iterable[Outcome], language: Language) -> Answer:
    """What became of each file, with every problem at its place."""
    return {"files": [_file(outcome, language) for outcome in outcomes]}


def name_outcome(outcome: Outcome) -> str:
    """The file, and the sheet of a workbook."""
    return f"{outcome.file} ({outcome.rows.sheet})" if outcome.rows and outcome.rows.sheet else outcome.file


def refused_with_reasons(outcome: Outcome, language: Language) -> list[list[str]]:
    """The refused rows as they were read, a header above and the reasons behind, to be mended and imported again."""
    if outcome.rows is None:
        return []
    reasons: dict[int | None, list[str]] = {}
    for problem in outcome.problems:
        if problem.severity is Severity.ERROR:
            reasons.setdefault(problem.place.row, []).append(say_problem(language, problem))
    refused = refused_rows(outcome.rows).drop(columns="problems")
    rows = [[*map(str, cells), " ".join(reasons.get(row, []))] for row, *cells in refused.itertuples(name=None)]
    return [[*map(str, refused.columns), "problems"], *rows]


def _file(outcome: Outcome, language: Language) -> Answer:
    changes = outcome.changes
    return {
        "file": outcome.file,
        "sheet": outcome.rows.sheet if outcome.rows else None,
        "kind": outcome.kind,
        "batch": outcome.batch,
        "outcome": outcome.outcome,
        "new": changes.new,
        "changed": changes.changed,
        "unchanged": changes.unchanged,
        "refused": outcome.refused,
        "message": say_outcome(outcome, language),
        "problems": [answer_problem(problem, language) for problem in outcome.problems],
    }


def say_outcome(outcome: Outcome, language: Language) -> str:
    """What happened to a file, in one sentence."""
    counts: Mapping[str, object] = {
        "new": outcome.changes.new,
        "changed": outcome.changes.changed,
        "unchanged": outcome.changes.unchanged,
        "refused": outcome.refused,
        "batch": outcome.batch or 0,
        "actor": outcome.earlier.actor if outcome.earlier else "",
        "at": outcome.earlier.at if outcome.earlier else "",
    }
    whole = outcome.outcome == "refused" and not outcome.refused
    return say(language, "import.refused_whole" if whole else f"import.{outcome.outcome}", **counts)


def answer_problem(problem: Problem, language: Language) -> Answer:
    """One problem: its code, its place and its sentence."""
    place = problem.place
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "value": problem.value,
        "message": say_problem(language, problem),
    }
