"""Both catalogues say everything the product can say, with the same arguments."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tracker.core.cases import KINDS
from tracker.core.measures import COUNTED
from tracker.core.rule_outline import DIFFERENCE_KEYS
from tracker.core.statements import STATEMENT_KEYS
from tracker.core.terms import Status
from tracker.intake import PROBLEM_CODES
from tracker.text import LANGUAGES
from tracker.text.catalogue import LOCALES, message

# What every problem's sentence may use besides its own arguments.
OF_EVERY_PROBLEM = {"value", "column", "file"}
# Arguments that only help to put the others into words.
NOT_SAID = {"names", "needs"}
SAID = {**STATEMENT_KEYS, **DIFFERENCE_KEYS}


def read(language: str) -> dict[str, Message]:
    with (LOCALES / language / "messages.po").open("rb") as source:
        return {key_of(message): message for message in read_po(source, locale=language) if message.id}


def key_of(found: Message) -> str:
    return found.id if isinstance(found.id, str) else found.id[0]


def forms(found: Message) -> tuple[str, ...]:
    return (found.string,) if isinstance(found.string, str) else tuple(found.string)


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def test_both_languages_have_the_same_keys():
    assert set(read("vi")) == set(read("en"))


def test_a_message_takes_the_same_arguments_in_both_languages_and_in_every_plural_form():
    vietnamese, english = read("vi"), read("en")
    for key in vietnamese:
        every_form = [placeholders(form) for form in (*forms(vietnamese[key]), *forms(english[key]))]
        assert all(names == every_form[0] for names in every_form), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_sorted_by_key_and_nothing_in_it_is_empty_or_fuzzy(language):
    messages = read(language)
    assert list(messages) == sorted(messages)
    assert all(form.strip() for found in messages.values() for form in forms(found))
    assert not [key for key, found in messages.items() if found.fuzzy]


def test_english_has_two_plural_forms_and_vietnamese_one():
    assert message("en", "count.units", 1) == "{n} unit"
    assert message("en", "count.units", 0) == message("en", "count.units", 2) == "{n} units"
    assert message("vi", "count.units", 1) == message("vi", "count.units", 2) == "{n} đơn vị"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SAID)
def test_every_statement_of_the_core_has_words_for_its_own_arguments(language, key):
    assert placeholders(message(language, key)) <= set(SAID[key]) - NOT_SAID | {"needs"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_every_problem_of_a_file_has_words_for_its_own_arguments(language, code):
    words = message(language, f"problem.{code}")
    assert placeholders(words) <= {*PROBLEM_CODES[code], *OF_EVERY_PROBLEM}
    assert words.count(".") >= 2, "says what is wrong and what to do"


def codes_in_the_source(pattern: str) -> set[str]:
    """The codes that stand in the product's source where the pattern finds them."""
    sources = [path.read_text("utf-8") for path in (LOCALES.parents[1]).rglob("*.py")]
    return {code for source in sources for code in re.findall(pattern, source)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_and_usage_error_raised_anywhere_has_words(language):
    problems = codes_in_the_source(r'(?:Problem|refusal)\(\s*"([a-z_-]+)"') | codes_in_the_source(r'"(rulebook-[a-z-]+)"')
    usages = codes_in_the_source(r'UsageError\(\s*"([a-z_]+)"')
    assert len(problems) > 20
    assert len(usages) > 5
    assert all(message(language, f"problem.{code}") for code in problems)
    assert all(message(language, f"usage.{code}") for code in usages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_case_file_column_and_choice_has_a_name(language):
    keys = [*(f"measure.{measure}" for measure in COUNTED), *(f"line.{status}" for status in Status)]
    for kind in KINDS.values():
        keys += [f"kind.{kind.name}", *(f"column.{column.name}" for column in kind.columns)]
        for column in kind.columns:
            group = (
                f"{ {'units': 'unit', 'feedback': 'feedback'}[kind.name] }_kind" if column.name == "kind" else column.name
            )
            keys += [f"{group}.{choice}" for choice in column.choices]
    assert [message(language, key) for key in keys]


def test_a_key_without_words_is_refused_in_either_language_and_number():
    for language in LANGUAGES:
        with pytest.raises(KeyError):
            message(language, "no.such.key")
        with pytest.raises(KeyError):
            message(language, "no.such.key", 3)
