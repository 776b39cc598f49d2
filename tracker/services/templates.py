"""Empty workbooks for case files, and stored rows in the same layout: what they export, they import without mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from tracker.core.cases import DOSSIERS, KINDS, PROCEDURES, UNITS, Column, Kind, Type
from tracker.core.problems import UsageError
from tracker.export.case_book import Aside, CaseBook, Cells, Field, Offer, write_case_book
from tracker.export.sheets import name_file
from tracker.intake.synonyms import shown_words
from tracker.intake.values import KEY_LENGTH, TEXT_LENGTH
from tracker.services.access import Actor, Verb, grant_of, may, require_somewhere
from tracker.services.act import Act
from tracker.services.exports import MIME, Download
from tracker.services.permitted import denials_recorded
from tracker.services.template_examples import example_rows
from tracker.store.engine import reading
from tracker.store.tables import live
from tracker.text import Language, collation_key, say

FLAG = "flag"
_UNITS, _PROCEDURES = live(UNITS), live(PROCEDURES)
_PATTERNS = {"vi": "dd/mm/yyyy", "en": "yyyy-mm-dd"}
_GROUPS = {("units", "kind"): "unit_kind", ("feedback", "kind"): "feedback_kind"}
Named = tuple[str, str]  # code, name


@dataclass(frozen=True, slots=True)
class Known:
    """What may be chosen in the cells: this office's procedures, and of its units those the actor deals with."""

    units: Sequence[Named]
    procedures: Sequence[Named]


def template_kinds(database: Engine, actor: Actor) -> list[str]:
    """The kinds of case files the actor may import at all."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        return _kinds(connection, actor)


def make_template(database: Engine, kind: str, language: Language, act: Act) -> Download:
    """The empty workbook of a kind, with the units and procedures the actor may choose from."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
        kinds = _kinds(connection, act.actor)
        if kind not in kinds:
            raise UsageError("template_kind", kind=kind, kinds=", ".join(kinds))
        known = _known(connection, act.actor)
    book = lay_out(KINDS[kind], language, (), known)
    data = write_case_book(book, act.today)
    return Download(name_file(f"mau-{kind}", data, "xlsx"), data, MIME["xlsx"])


def lay_out(kind: Kind, language: Language, rows: Sequence[Cells], known: Known | None = None) -> CaseBook:
    """The workbook of a kind with these rows; lists to choose from, and examples, where the known are given."""
    offers = _offers(kind, language, known or Known((), ()))
    sheets = {name: say(language, f"template.sheet.{name}") for name in ("guide", "examples", "lists")}
    return CaseBook(
        kind.name,
        [_field(kind, column, language) for column in kind.columns],
        rows,
        _guide(kind, language, sheets["guide"]),
        _examples(kind, language, sheets["examples"], known) if known is not None else None,
        (Aside(sheets["lists"], say(language, "template.lists.title")), offers) if offers else None,
        {column.name: choice_words(kind, column, language) for column in kind.columns},
        _PATTERNS[language],
        (say(language, "template.refused.title"), say(language, "template.refused.message")),
    )


def choice_words(kind: Kind, column: Column, language: Language) -> Mapping[str, str]:
    """What stands in the cells for our values of a choice or a yes/no; every such word is read back as the value."""
    if column.type is Type.BOOL:
        return {"1": say(language, "template.yes"), "0": say(language, "template.no")}
    words = shown_words(kind, column) if language == "vi" else column.choices
    return dict(zip(column.choices, words, strict=True))


def _kinds(connection: Connection, actor: Actor) -> list[str]:
    everything = may(connection, actor, Verb.IMPORT)
    return [name for name, kind in KINDS.items() if everything or "unit" in live(kind).c]


def _known(connection: Connection, actor: Actor) -> Known:
    grant = grant_of(connection, actor)
    units = [(row.code, row.name) for row in connection.execute(select(_UNITS.c.code, _UNITS.c.name))]
    own = [unit for unit in units if grant is None or unit[0] in grant]
    procedures = [(row.code, row.name) for row in connection.execute(select(_PROCEDURES.c.code, _PROCEDURES.c.name))]
    return Known(sorted(own, key=lambda unit: collation_key(unit[1])), sorted(procedures))


def _field(kind: Kind, column: Column, language: Language) -> Field:
    needed = _say_required(kind, column, language)
    note = "\n".join((say(language, f"meaning.{column.name}"), _say_format(kind, column, language), needed))
    title = say(language, f"column.{column.name}")
    return Field(column.name, title, note, column.type, column.required, _offered(column))


def _offered(column: Column) -> str:
    if column.type is Type.BOOL:
        return FLAG
    return column.name if column.choices else column.refers or ""


def _offers(kind: Kind, language: Language, known: Known) -> dict[str, Offer]:
    found: dict[str, Offer] = {}
    for column in kind.columns:
        name = _offered(column)
        if name == FLAG:
            found[name] = Offer(say(language, "template.list.flag"), _said(choice_words(kind, column, language)))
        elif column.choices:
            words = choice_words(kind, column, language)
            values = [(words[choice], _name_choice(kind, column, choice, language)) for choice in column.choices]
            found[name] = Offer(
                say(language, f"column.{column.name}"), [value[: 1 + (value[0] != value[1])] for value in values]
            )
        elif name and (codes := getattr(known, name)):
            # A parent or an owner may be any unit, not only one of the actor's own.
            strict = column.name in ("unit", "procedure")
            found[name] = Offer(
                say(language, f"template.list.{name}"), codes, strict or (name in found and found[name].strict)
            )
    return found


def _said(words: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [(word,) for word in words.values()]


def _name_choice(kind: Kind, column: Column, choice: str, language: Language) -> str:
    return say(language, f"{_GROUPS.get((kind.name, column.name), column.name)}.{choice}")


def _say_required(kind: Kind, column: Column, language: Language) -> str:
    if kind is DOSSIERS and column.name == "received_at":
        return say(language, "template.required.received_at")
    return say(language, "template.required" if column.required else "template.optional")


def _say_format(kind: Kind, column: Column, language: Language) -> str:
    limit = column.max_length or (KEY_LENGTH if column.type is Type.KEY else TEXT_LENGTH)
    words = choice_words(kind, column, language)
    args = {"limit": limit, "minimum": column.minimum, "maximum": column.maximum, "choices": tuple(words.values())}
    return say(language, f"template.format.{column.type.value}", **args)


def _guide(kind: Kind, language: Language, name: str) -> Aside:
    said = say(language, f"kind.{kind.name}")
    key = tuple(say(language, f"column.{part}") for part in kind.key)
    lines = [
        say(language, "template.guide.fill", sheet=kind.name),
        say(language, "template.guide.required"),
        say(language, "template.guide.key", key=key),
        say(language, "template.guide.again"),
        say(language, "template.guide.aside"),
    ]
    heads = [say(language, f"template.head.{head}") for head in ("title", "name", "required", "format", "meaning")]
    rows = [
        [
            say(language, f"column.{column.name}"),
            column.name,
            _say_required(kind, column, language),
            _say_format(kind, column, language),
            say(language, f"meaning.{column.name}"),
        ]
        for column in kind.columns
    ]
    return Aside(name, say(language, "template.guide.title", kind=said), lines, [heads, *rows])


def _examples(kind: Kind, language: Language, name: str, known: Known) -> tuple[Aside, list[list[str | None]]]:
    title = say(language, "template.examples.title", kind=say(language, f"kind.{kind.name}"))
    units, procedures = [code for code, _ in known.units], [code for code, _ in known.procedures]
    return Aside(name, title, [say(language, "template.examples.aside")]), example_rows(kind, units, procedures)
