"""The workbook of the lists: who is proposed for what, with the written reasons, and who was kept off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tracker.export.sheets import Column, Mark, Shape, Sheet
from tracker.services.board_sheets import unit_columns
from tracker.services.editions import Edition
from tracker.services.exports import Contents, Download, Ending, give_out
from tracker.services.proposals import Entry, list_entries
from tracker.services.standings import Board
from tracker.text import Language, pick, say, say_statement


@lru_cache(maxsize=16)
def export_lists(board: Board, edition: Edition, ending: Ending) -> Download:
    """Both lists and who was ruled out: a sheet each, or one CSV whose first column says which list a row is of."""
    lists, language = list_entries(board), edition.language
    if ending == "csv":
        everything = [entry for entries in lists.values() for entry in entries]
        sheets = [_list_sheet(board, "lists", everything, language)]
    else:
        sheets = [_list_sheet(board, name, entries, language) for name, entries in lists.items()]
    what = say(language, "workbook.what.lists")
    return give_out(Contents("danh-sach", sheets, what), board.setting, edition, ending)


def _list_sheet(board: Board, name: str, entries: Sequence[Entry], language: Language) -> Sheet:
    columns = (
        Column(say(language, "head.list"), width=16),
        Column(say(language, "head.rule"), width=26),
        *unit_columns(language),
        Column(say(language, "head.score"), Shape.POINTS, 12),
        Column(say(language, "head.reason"), width=60),
        Column(say(language, "head.flags"), width=16),
    )
    cells = [
        (
            say(language, f"sheet.{entry.list}"),
            say_rule(language, entry),
            *(entry.rank, entry.name, entry.unit, board.name_cluster(entry.cluster, language)),
            entry.score if entry.rank is not None else Mark(say(language, "board.unranked")),
            " ".join(say_statement(language, reason) for reason in entry.reasons),
            say(language, "lists.tie.short") if entry.tie else "",
        )
        for entry in entries
    ]
    title, places = say(language, "page.lists"), board.setting.rulebook.rulebook.places
    empty = "" if entries or name == "lists" else say(language, f"lists.none.{name}")
    return Sheet(say(language, f"sheet.{name}"), title, (), columns, cells, places, empty=empty)


def say_rule(language: Language, entry: Entry) -> str:
    """The award's or trigger's title, with the prize or the level it stands for."""
    what = entry.form or (say(language, f"level.{entry.level}") if entry.level else "")
    title = pick(language, entry.title)
    return f"{title} – {what}" if what else title
