"""Files of a board and of its lists, in the visitor's language; made when somebody asks, once per state of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from tracker.core.rounding import round_half_up
from tracker.export.csv_file import write_csv
from tracker.export.sheets import Bar, Cell, Column, Shape, Sheet, name_file
from tracker.export.xlsx_file import write_xlsx
from tracker.services.proposals import Entry, list_entries
from tracker.services.rows import BoardRow, board_rows
from tracker.services.standings import Board
from tracker.store.audit import Head
from tracker.text import Language, day, pick, say, say_statement
from tracker.text.periods import name_period

Ending = Literal["csv", "xlsx"]

MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# Tints of the criteria's colours on screen, pale enough for a figure to be read on them.
_TINTS = ("#A9C1E0", "#A3D5CF", "#F0C79A", "#D2B6E0", "#C3C7CE", "#BDD3A6")


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand over."""

    name: str
    data: bytes
    mime: str


@lru_cache(maxsize=16)
def export_board(
    board: Board, previous: Board | None, cluster: str, language: Language, ending: Ending, head: Head | None = None
) -> Download:
    """The board of one cluster, or of all (""); the workbook has every indicator on a second sheet.

    `head`: the newest entry of the audit log, printed on it so that nobody can write the log anew unseen.
    """
    rows = [row for row in board_rows(board, previous) if cluster in ("", row.cluster)]
    sheets = [_board_sheet(board, rows, language), _indicator_sheet(board, rows, language)]
    sheets = [_stamped(sheet, board, language, head) for sheet in sheets]
    return _download("bang-xep-hang", board, sheets[:1] if ending == "csv" else sheets, ending)


@lru_cache(maxsize=16)
def export_lists(board: Board, language: Language, ending: Ending, head: Head | None = None) -> Download:
    """Both lists and who was ruled out: a sheet each, or one CSV whose first column says which list a row is of."""
    lists = list_entries(board)
    if ending == "csv":
        everything = [entry for entries in lists.values() for entry in entries]
        return _download("danh-sach", board, [_list_sheet(board, "lists", everything, language)], ending)
    sheets = [_list_sheet(board, name, entries, language) for name, entries in lists.items()]
    sheets = [_stamped(sheet, board, language, head) for sheet in sheets]
    return _download("danh-sach", board, sheets, ending)


def _stamped(sheet: Sheet, board: Board, language: Language, head: Head | None) -> Sheet:
    """The sheet with what it rests on in its notes: the period's state, the result's digest and the log's head."""
    period, kept = board.setting.period, board.setting.result
    state = say(language, f"word.state.{period.state}")
    digest = kept.digests["results_sha256"] if kept else say(language, "download.live")
    said = [say(language, "download.stamp", state=state, revision=period.revision, digest=digest)]
    if head is not None:
        said.append(say(language, "cli.audit_head", seq=head.seq, hash=head.hash))
    return replace(sheet, notes=(*sheet.notes, *said))


def _download(stem: str, board: Board, sheets: Sequence[Sheet], ending: Ending) -> Download:
    setting = board.setting
    data = write_csv(sheets[0]) if ending == "csv" else write_xlsx(sheets, setting.as_of)
    name = name_file(f"{stem}-{setting.period.code}-{setting.as_of.isoformat()}", data, ending)
    return Download(name, data, MIME[ending])


def _board_sheet(board: Board, rows: Sequence[BoardRow], language: Language) -> Sheet:
    rulebook = board.setting.rulebook.rulebook
    columns = (
        *_unit_columns(language),
        Column(say(language, "head.movement"), Shape.CHANGE, 11),
        Column(say(language, "head.score"), Shape.POINTS, 11),
        *(_points_column(pick(language, part.title), part.points, at) for at, part in enumerate(rulebook.criterion)),
        *([Column(say(language, "section.extras"), Shape.POINTS, 12)] if rulebook.extra else []),
        Column(say(language, "head.grade"), width=14),
        Column(say(language, "head.flags"), width=44),
    )
    cells = [
        (
            *_unit_cells(board, row, language),
            say(language, "movement.new.short") if row.is_new else row.moved,
            row.score,
            *(round_half_up(part.points, rulebook.places) for part in row.place.score.criteria),
            *([row.extra] if rulebook.extra else []),
            pick(language, row.grade or {}),
            "; ".join(say_flags(language, row)),
        )
        for row in rows
    ]
    return _sheet(board, "board", columns, cells, language)


def _indicator_sheet(board: Board, rows: Sequence[BoardRow], language: Language) -> Sheet:
    rulebook = board.setting.rulebook.rulebook
    columns = (
        *_unit_columns(language),
        *(
            _points_column(f"{pick(language, indicator.title)} ({indicator.code})", indicator.points, at)
            for at, criterion in enumerate(rulebook.criterion)
            for indicator in criterion.indicator
        ),
    )
    cells = [
        (
            *_unit_cells(board, row, language),
            *(round_half_up(line.points, rulebook.places) for part in row.place.score.criteria for line in part.lines),
        )
        for row in rows
    ]
    return _sheet(board, "indicators", columns, cells, language)


def _list_sheet(board: Board, name: str, entries: Sequence[Entry], language: Language) -> Sheet:
    columns = (
        Column(say(language, "head.list"), width=16),
        Column(say(language, "head.rule"), width=30),
        *_unit_columns(language),
        Column(say(language, "head.score"), Shape.POINTS, 11),
        Column(say(language, "head.reason"), width=70),
        Column(say(language, "head.flags"), width=28),
    )
    cells = [
        (
            say(language, f"sheet.{entry.list}"),
            say_rule(language, entry),
            *(entry.rank, entry.name, entry.unit, board.name_cluster(entry.cluster, language), entry.score),
            " ".join(say_statement(language, reason) for reason in entry.reasons),
            say(language, "lists.tie.short") if entry.tie else "",
        )
        for entry in entries
    ]
    return _sheet(board, name, columns, cells, language)


def _sheet(
    board: Board, name: str, columns: tuple[Column, ...], rows: Sequence[Sequence[Cell]], language: Language
) -> Sheet:
    setting = board.setting
    period = name_period(language, setting.period.code, setting.period.begins, setting.period.ends)
    as_of = day(language, setting.as_of)
    notes = (
        pick(language, setting.campaign.title),
        say(language, "download.as_of", period=period, day=as_of, reference=setting.campaign.rulebook),
        say(language, "download.made_by_rules"),
    )
    title = say(language, f"page.{'leaderboard' if name in ('board', 'indicators') else 'lists'}")
    fixed = 2 if name in ("board", "indicators") else 0
    return Sheet(say(language, f"sheet.{name}"), title, notes, columns, rows, setting.rulebook.rulebook.places, fixed)


def _points_column(title: str, points: Fraction, position: int) -> Column:
    """Points of a criterion or of its indicators, with a bar in the criterion's colour unless there is nothing to earn."""
    return Column(title, Shape.POINTS, 17, Bar(points, _TINTS[position % len(_TINTS)]) if points else None)


def _unit_columns(language: Language) -> tuple[Column, ...]:
    return (
        Column(say(language, "head.rank"), Shape.COUNT, 8),
        Column(say(language, "head.unit"), width=38),
        Column(say(language, "head.code"), width=14),
        Column(say(language, "head.cluster"), width=16),
    )


def _unit_cells(board: Board, row: BoardRow, language: Language) -> tuple[Cell, ...]:
    return row.rank, row.name, row.unit, board.name_cluster(row.cluster, language)


def say_flags(language: Language, row: BoardRow) -> list[str]:
    """What a reader must know before trusting the rank."""
    place = row.place
    flags = [
        ("board.unranked", place.rank is None),
        ("board.tied", place.tied),
        ("board.incomplete", not place.score.complete),
        ("board.grade_tied", place.grade_tied),
    ]
    flags.append((f"board.from_{row.source}", bool(row.source)))
    barred = [say(language, "board.gated", title=title) for title in row.gates]
    return [say(language, key) for key, holds in flags if holds] + barred


def say_rule(language: Language, entry: Entry) -> str:
    """The award's or trigger's title, with the prize or the level it stands for."""
    what = entry.form or (say(language, f"level.{entry.level}") if entry.level else "")
    title = pick(language, entry.title)
    return f"{title} – {what}" if what else title
