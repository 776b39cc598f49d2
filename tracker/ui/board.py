"""The board as HTML: leaders, and the table of all units; real links for the keyboard, real text for the printer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from urllib.parse import quote

from tracker.core.rulebook import Rulebook
from tracker.services.board_sheets import say_flags
from tracker.services.rows import BoardRow, board_rows
from tracker.services.standings import Board
from tracker.text import Language, number, percent, pick, say
from tracker.ui.look import markup

LEADERS_SHOWN = 12
_WORST_GRADE = 4


class Html(str):
    """Large HTML for `st.html`, which takes it as it is; a plain string it would search for indents, line by line."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


@lru_cache(maxsize=8)
def table_rows(
    board: Board, previous: Board | None, language: Language, colours: tuple[str, ...], unit_link: str
) -> list[str]:
    """One `<tr>` per unit in reading order; `unit_link` is the address a unit's code is put behind."""
    return [
        _table_row(row, language, colours, unit_link, board.setting.rulebook.rulebook) for row in board_rows(board, previous)
    ]


def table(board: Board, previous: Board | None, chosen: Sequence[int], cells: Sequence[str], language: Language) -> str:
    """The chosen rows as a table, under a heading for each cluster; `cells` come from `table_rows`."""
    rows, criteria = board_rows(board, previous), board.setting.rulebook.rulebook.criterion
    heads = [
        f'<th scope="col" class="tk-c">{_said(language, "head.rank")}</th>',
        f'<th scope="col" class="tk-c tk-wide">{_said(language, "head.movement")}</th>',
        f'<th scope="col">{_said(language, "head.unit")}</th>',
        f'<th scope="col" class="tk-r">{_said(language, "head.score")}</th>',
        *(
            f'<th scope="col" class="tk-wide">{markup(pick(language, part.title))} '
            f"<small>/ {number(language, part.points)}</small></th>"
            for part in criteria
        ),
    ]
    rulebook = board.setting.rulebook.rulebook
    if rulebook.extra:
        heads.append(f'<th scope="col" class="tk-r tk-wide">{_said(language, "head.extra")}</th>')
    if rulebook.grade:
        heads.append(f'<th scope="col">{_said(language, "head.grade")}</th>')
    bodies, alone = [], len({rows[position].cluster for position in chosen}) == 1
    for cluster, positions in groupby(chosen, key=lambda position: rows[position].cluster):
        title = markup(say(language, "lists.of_cluster", cluster=board.name_cluster(cluster, language)))
        group = "" if alone else f'<tr class="tk-group"><th colspan="{len(heads)}" scope="rowgroup">{title}</th></tr>'
        bodies.append(f"<tbody>{group}{''.join(cells[position] for position in positions)}</tbody>")
    caption = f'<caption class="tk-hidden">{_said(language, "page.leaderboard")}</caption>'
    head = f"<thead><tr>{''.join(heads)}</tr></thead>"
    return f'<div class="tk-scroll"><table class="tk-board">{caption}{head}{"".join(bodies)}</table></div>'


def podium(rows: Iterable[BoardRow], language: Language, colours: tuple[str, ...], unit_link: str, board: Board) -> str:
    """The first three ranks of a cluster, the first in the middle as on a podium."""
    cards = []
    for row in rows:
        detail = "".join(
            f'<div class="tk-line"><span>{markup(title)}</span>{_bar(share, colour)}<b>{_share(language, share)}</b></div>'
            for title, share, colour in zip(_titles(board, language), row.shares, _cycle(colours, row), strict=True)
        )
        cards.append(
            f'<li class="tk-step tk-step{min(row.rank or 3, 3)}">'
            f'<div class="tk-top">{_medal(row)}<span class="tk-ranked">{_said(language, "board.rank", rank=row.rank)}</span>'
            f"{_movement(row, language)}</div>"
            f'<a class="tk-name" href="{_address(unit_link, row)}" target="_self">{markup(row.name)}</a>'
            f'<div class="tk-big">{_score(row, language, board)}{_grade(row, language)}</div>'
            f"{detail}{_flags(row, language)}</li>"
        )
    return f'<ol class="tk-podium">{"".join(cards)}</ol>'


def first_of_each(rows: Sequence[BoardRow], language: Language, unit_link: str, cluster_link: str, board: Board) -> str:
    """The unit in front in each cluster, as small cards; the cluster's name opens the cluster."""
    cards = []
    for row in rows[:LEADERS_SHOWN]:
        address = markup(cluster_link + quote(row.cluster, safe=""))
        cluster = board.name_cluster(row.cluster, language)
        opens = markup(say(language, "board.open_cluster", cluster=cluster))
        cards.append(
            f'<li class="tk-step tk-step1"><div class="tk-top">{_medal(row)}'
            f'<a class="tk-cluster" href="{address}" target="_self" title="{opens}">'
            f"{markup(say(language, 'lists.of_cluster', cluster=cluster))}</a>{_movement(row, language)}</div>"
            f'<a class="tk-name" href="{_address(unit_link, row)}" target="_self">{markup(row.name)}</a>'
            f'<div class="tk-big">{_score(row, language, board)}{_grade(row, language)}</div>{_flags(row, language)}</li>'
        )
    return f'<ol class="tk-leaders">{"".join(cards)}</ol>'


def say_movement(language: Language, row: BoardRow) -> str:
    """▲ 2, ▼ 1, =, new, or a dash where there is nothing to compare with."""
    if row.is_new:
        return say(language, "movement.new.short")
    if row.moved is None:
        return "–"
    return "=" if row.moved == 0 else f"{'▲' if row.moved > 0 else '▼'} {abs(row.moved)}"


def _table_row(row: BoardRow, language: Language, colours: tuple[str, ...], unit_link: str, rulebook: Rulebook) -> str:
    places = rulebook.places
    bars = list(zip(row.place.score.criteria, row.shares, _cycle(colours, row), strict=True))
    criteria = "".join(
        f'<td class="tk-wide"><span class="tk-points">{_bar(share, colour)}'
        f"<span>{number(language, part.points, places) if part.out_of else '–'}</span></span></td>"
        for part, share, colour in bars
    )
    mini = "".join(_bar(share, colour) for _, share, colour in bars)
    extra = f'<td class="tk-r tk-wide">{_extra(row, language, places)}</td>' if rulebook.extra else ""
    graded = f"<td>{_grade(row, language)}</td>" if rulebook.grade else ""
    score = "–" if row.rank is None else number(language, row.score, places)
    return (
        f'<tr><td class="tk-c">{_medal(row)}</td><td class="tk-c tk-wide">{_movement(row, language)}</td>'
        f'<th scope="row"><a href="{_address(unit_link, row)}" target="_self">{markup(row.name)}</a>'
        f'<span class="tk-code">{markup(row.unit)}</span><span class="tk-mini">{mini}</span>{_flags(row, language)}</th>'
        f'<td class="tk-r tk-score">{score}</td>{criteria}{extra}{graded}</tr>'
    )


def _medal(row: BoardRow) -> str:
    rank = row.rank
    if rank is None:
        return '<span class="tk-medal">–</span>'
    return f'<span class="tk-medal{f" tk-m{rank}" if rank <= 3 else ""}">{rank}</span>'


def _movement(row: BoardRow, language: Language) -> str:
    kind, words = "none", ""
    if row.is_new:
        kind, words = "new", say(language, "movement.new")
    elif row.moved is not None:
        kind = "same" if row.moved == 0 else "up" if row.moved > 0 else "down"
        words = say(language, f"movement.{kind}", n=abs(row.moved)) if row.moved else say(language, "movement.same")
    return f'<span class="tk-move tk-{kind}" title="{markup(words)}">{markup(say_movement(language, row))}</span>'


def _grade(row: BoardRow, language: Language) -> str:
    if row.grade is None:
        return ""
    return f'<span class="tk-chip tk-g{min(row.grade_position, _WORST_GRADE)}">{markup(pick(language, row.grade))}</span>'


def _flags(row: BoardRow, language: Language) -> str:
    said = say_flags(language, row)
    return f'<span class="tk-flags">{"".join(f"<em>{markup(words)}</em>" for words in said)}</span>' if said else ""


def _bar(share: Fraction | None, colour: str) -> str:
    filled = 0 if share is None else round(min(share, Fraction(1)) * 1000) / 10
    return f'<i class="tk-bar" style="background:linear-gradient(90deg,{colour} {filled}%,var(--tk-track) {filled}%)"></i>'


def _extra(row: BoardRow, language: Language, places: int) -> str:
    return f"{'+' if row.extra > 0 else ''}{number(language, row.extra, places)}" if row.extra else "–"


def _score(row: BoardRow, language: Language, board: Board) -> str:
    return f"<strong>{number(language, row.score, board.setting.rulebook.rulebook.places)}</strong>"


def _share(language: Language, share: Fraction | None) -> str:
    return "–" if share is None else percent(language, share, 1)


def _titles(board: Board, language: Language) -> list[str]:
    return [pick(language, criterion.title) for criterion in board.setting.rulebook.rulebook.criterion]


def _cycle(colours: tuple[str, ...], row: BoardRow) -> list[str]:
    return [colours[position % len(colours)] for position in range(len(row.shares))]


def _address(unit_link: str, row: BoardRow) -> str:
    return markup(unit_link + quote(row.unit, safe=""))


def _said(language: Language, key: str, **args: object) -> str:
    return markup(say(language, key, **args))
