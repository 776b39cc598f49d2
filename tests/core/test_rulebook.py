"""A rulebook is read whole or refused, with everything that is wrong at its line and path."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from tracker.core.consistency import PROBLEM_ARGS
from tracker.core.examples import check_examples
from tracker.core.problems import Problem, RefusedError
from tracker.core.rulebook import OnTime, Rulebook, parse_rulebook

RULEBOOKS = Path(__file__).parents[2] / "data/rulebooks"

GOOD = """\
code = "t"
version = 1
title = {vi = "v", en = "e"}
basis = "b"
total = 100
[on_time]
compare = "day"
[parameters]
posting_days = 3
[[reported]]
measure = "ideas"
title = {vi = "v", en = "e"}
[[criterion]]
code = "p"
title = {vi = "v", en = "e"}
points = 60
minimum = 30
  # an indicator's own line counts, [brackets] in a comment or a string do not
  [[criterion.indicator]]
  code = "p.ratio"
  title = {vi = "[[v", en = "e"}
  points = 40
  basis = '''
  two = "lines"
  '''
  formula = {kind = "ratio", numerator = ["posted"], denominator = ["procedures"], target = 0.9}
  [[criterion.indicator]]
  code = "p.bands"
  title = {vi = "v", en = "e"}
  points = 20
  basis = "b"
  [criterion.indicator.formula]
  kind = "bands"
  numerator = ["ideas"]
  bands = [
    {at_least = 2, share = 1},
    {at_least = 1, share = 0.5},
  ]
[[criterion]]
code = "q"
title = {vi = "v", en = "e"}
points = 40
  [[criterion.indicator]]
  code = "q.parts"
  title = {vi = "v", en = "e"}
  points = 30
  basis = "b"
  formula = {kind = "all_of", parts = [{measure = "ideas", at_least = 1}]}
  [[criterion.indicator]]
  code = "q.line"
  title = {vi = "v", en = "e"}
  points = 10
  basis = "b"
  formula = {kind = "linear", measure = "days_late", lo = 5, hi = 0}
[[extra]]
code = "plus"
title = {vi = "v", en = "e"}
measure = "ideas"
per = 0.5
[[gate]]
code = "gate"
title = {vi = "v", en = "e"}
measure = "complaints_upheld"
at_least = 1
best_grade = "low"
[[grade]]
code = "high"
title = {vi = "v", en = "e"}
at_least = 90
[[grade]]
code = "low"
title = {vi = "v", en = "e"}
at_least = 50
[[tie_break]]
by = "p"
[[award]]
code = "first"
title = {vi = "v", en = "e"}
places = 1
min_criterion = {p = 20}
[[criticism]]
code = "bad"
title = {vi = "v", en = "e"}
level = "criticise"
below_score = 50
"""


def refused(text: str) -> list[Problem]:
    with pytest.raises(RefusedError) as error:
        parse_rulebook(text, "book.toml")
    return error.value.problems


def line_of(text: str, after: str) -> int:
    """The line, counted from 1, on which the broken text begins."""
    return text[: text.index(after)].count("\n") + 1


def test_a_sound_rulebook_is_read() -> None:
    book = parse_rulebook(GOOD, "book.toml")
    assert (book.code, book.version, book.total, book.places) == ("t", 1, 100, 2)
    assert book.indicator("p.bands").formula.bands[1].share == Fraction(1, 2)
    assert book.criterion_of("q.line").code == "q"
    assert book.reported_measures() == ("ideas",)
    assert book.measures() == {
        *("received", "carried", "posted", "procedures", "ideas", "days_late", "complaints_upheld"),
    }


# what stands in the sound rulebook, what is written instead, the problem, its path, the text at whose line it is said
BROKEN = [
    ("total = 100", "total = 90", "points-total", "total", "total = 90"),
    ("points = 40\n  basis", "points = 41\n  basis", "points-criterion", "criterion[1].points", "points = 60"),
    ("minimum = 30", "minimum = 61", "out-of-reach", "criterion[1].minimum", "minimum = 61"),
    ("minimum = 30", "minimun = 30", "unknown-key", "criterion[1].minimun", "minimun"),
    ('compare = "day"', 'compare = "week"', "bad-choice", "on_time.compare", "compare"),
    ("posting_days = 3", "posting_days = 3.5", "wrong-value", "parameters.posting_days", "posting_days"),
    ("posting_days = 3", "late_days = 3", "unknown-key", "parameters.late_days", "late_days"),
    (
        "[parameters]",
        '[[reported]]\nmeasure = "posted"\ntitle = {vi = "v", en = "e"}\n[parameters]',
        "counted-measure",
        "reported[1].measure",
        'measure = "posted"',
    ),
    (
        'code = "q"',
        'code = "p"',
        "duplicate-code",
        "criterion[2].code",
        'code = "p"\ntitle = {vi = "v", en = "e"}\npoints = 40',
    ),
    (
        'code = "p.bands"',
        'code = "p.ratio"',
        "duplicate-code",
        "criterion[1].indicator[2].code",
        'code = "p.ratio"\n  title = {vi = "v"',
    ),
    ('code = "q"', 'code = "posted"', "duplicate-code", "criterion[2].code", 'code = "posted"'),
    ('["posted"]', '["poster"]', "unknown-measure", "criterion[1].indicator[1].formula.numerator", '["poster"]'),
    ('["procedures"]', '["-proc"]', "unknown-measure", "criterion[1].indicator[1].formula.denominator", '["-proc"]'),
    ("target = 0.9", "targets = 0.9", "unknown-key", "criterion[1].indicator[1].formula.targets", "targets"),
    ("target = 0.9", "target = 0", "wrong-value", "criterion[1].indicator[1].formula.target", "target = 0}"),
    ("target = 0.9", 'target = "0.9"', "wrong-value", "criterion[1].indicator[1].formula.target", 'target = "'),
    ("target = 0.9", "target = nan", "wrong-value", "criterion[1].indicator[1].formula.target", "target = nan"),
    ("target = 0.9", "target = 1e999999999", "wrong-value", "criterion[1].indicator[1].formula.target", "target = 1e"),
    ('"ratio", numerator', '"ration", numerator', "bad-choice", "criterion[1].indicator[1].formula", '"ration"'),
    ('kind = "ratio", ', "", "missing-key", "criterion[1].indicator[1].formula.kind", "formula = {numerator"),
    (
        ', denominator = ["procedures"]',
        "",
        "missing-key",
        "criterion[1].indicator[1].formula.denominator",
        "formula = {kind",
    ),
    (
        'numerator = ["ideas"]',
        "numerator = []",
        "wrong-value",
        "criterion[1].indicator[2].formula.numerator",
        "numerator = []",
    ),
    (
        "{at_least = 1, share = 0.5}",
        "{at_least = 2, share = 0.5}",
        "not-descending",
        "criterion[1].indicator[2].formula.bands[2].at_least",
        "bands = [",
    ),
    ("share = 0.5", "share = 1.5", "wrong-value", "criterion[1].indicator[2].formula.bands[2].share", "bands = ["),
    (
        '  basis = "b"\n  [criterion.indicator.formula]',
        "  [criterion.indicator.formula]",
        "missing-key",
        "criterion[1].indicator[2].basis",
        '[[criterion.indicator]]\n  code = "p.bands"',
    ),
    (
        '  basis = "b"\n  [criterion.indicator.formula]',
        '  basis = ""\n  [criterion.indicator.formula]',
        "wrong-value",
        "criterion[1].indicator[2].basis",
        'basis = ""',
    ),
    (", at_least = 1}]}", "}]}", "one-of", "criterion[2].indicator[1].formula.parts[1]", 'formula = {kind = "all_of"'),
    ("lo = 5", "lo = 0", "linear-flat", "criterion[2].indicator[2].formula.lo", "lo = 0"),
    ('measure = "days_late", lo', "lo", "one-of", "criterion[2].indicator[2].formula", 'formula = {kind = "linear"'),
    ('measure = "ideas"\nper', 'measure = "idea"\nper', "unknown-measure", "extra[1].measure", 'measure = "idea"\n'),
    (
        'measure = "complaints_upheld"',
        'measure = "complaint"',
        "unknown-measure",
        "gate[1].measure",
        'measure = "complaint"',
    ),
    ('best_grade = "low"', 'best_grade = "lowest"', "unknown-code", "gate[1].best_grade", "best_grade"),
    ("at_least = 50", "at_least = 90", "not-descending", "grade[2].at_least", "at_least = 90\n[[tie_break]]"),
    ('by = "p"', 'by = "r"', "unknown-code", "tie_break[1].by", 'by = "r"'),
    ('by = "p"', 'by = "p"\n[[tie_break]]\nby = "p"', "duplicate-code", "tie_break[2].by", 'by = "p"\n[[award]]'),
    ("places = 1\n", "places = 1\nshare = 0.2\n", "one-of", "award[1]", "[[award]]"),
    ("places = 1\n", "", "one-of", "award[1]", "[[award]]"),
    ("places = 1\n", "places = 0\n", "wrong-value", "award[1].places", "places = 0"),
    ("{p = 20}", "{r = 20}", "unknown-code", "award[1].min_criterion.r", "min_criterion"),
    ("{p = 20}", "{p = 61}", "out-of-reach", "award[1].min_criterion.p", "min_criterion"),
    ('level = "criticise"', 'level = "punish"', "bad-choice", "criticism[1].level", "level"),
    ("below_score = 50", "missing_report = true\nbelow_score = 50", "one-of", "criticism[1]", "[[criticism]]"),
    ("below_score = 50", "", "one-of", "criticism[1]", "[[criticism]]"),
    ("below_score = 50", 'measure = "posted"', "missing-key", "criticism[1].at_least", "[[criticism]]"),
    ("below_score = 50", "criterion_below = {r = 20}", "unknown-code", "criticism[1].criterion_below.r", "criterion_below"),
    (
        "below_score = 50",
        "criterion_below = {p = 2, q = 2}",
        "one-criterion",
        "criticism[1].criterion_below",
        "criterion_below",
    ),
    ("below_score = 50", "missing_report = false", "bad-choice", "criticism[1].missing_report", "missing_report"),
    ('title = {vi = "v", en = "e"}\nbasis', 'title = {vi = "v"}\nbasis', "wrong-value", "title", "title"),
    ('code = "t"', 'code = "a b"', "wrong-value", "code", "code"),
    ("version = 1", "version = true", "wrong-value", "version", "version"),
]


@pytest.mark.parametrize(("good", "bad", "code", "path", "at"), BROKEN)
def test_a_broken_rulebook_is_refused_at_the_line(good: str, bad: str, code: str, path: str, at: str) -> None:
    assert good in GOOD
    text = GOOD.replace(good, bad, 1)
    problems = refused(text)
    assert [(found.code, found.place.column, found.place.row) for found in problems] == [
        (f"rulebook-{code}", path, line_of(text, at)),
    ]
    assert set(problems[0].args) == set(PROBLEM_ARGS[f"rulebook-{code}"])
    assert problems[0].place.file == "book.toml"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("a = 1\nb = = 2\n", 2),
        ("a = 1\na = 2\n", 2),
        ("a = [1,\n\n", 3),
        ("a = " + "[" * 5000, 1),
        ("a = " + "9" * 5000, 1),
    ],
)
def test_a_text_that_is_not_toml_is_refused_at_the_line(text: str, row: int) -> None:
    (problem,) = refused(text)
    assert (problem.code, problem.place.row) == ("rulebook-syntax", row)
    assert problem.args["detail"]
    assert set(problem.args) == set(PROBLEM_ARGS["rulebook-syntax"])


def test_an_empty_text_lacks_what_every_rulebook_says() -> None:
    assert [(found.code, found.place.column) for found in refused("")] == [
        ("rulebook-missing-key", key) for key in ("code", "version", "title", "basis", "criterion")
    ]


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("total = 100", "total = 90\ncolour = 1")
        .replace('["posted"]', '["poster"]')
        .replace('by = "p"', 'by = "r"')
    )
    assert [found.code for found in refused(text)] == [
        *("rulebook-points-total", "rulebook-unknown-key", "rulebook-unknown-measure", "rulebook-unknown-code"),
    ]


def test_windows_line_ends_do_not_move_the_lines() -> None:
    text = GOOD.replace('by = "p"', 'by = "r"').replace("\n", "\r\n")
    assert refused(text)[0].place.row == line_of(text, 'by = "r"')


def test_policies_that_judge_alike_have_one_digest() -> None:
    assert OnTime().digest() == OnTime(compare="instant", late_after_supplements=1).digest()
    assert len({OnTime().digest(), OnTime(compare="day").digest(), OnTime(count_pause=False).digest()}) == 3
    # written out, so that a digest kept in a database stays the policy's own
    fields = (
        '{"compare":"instant","count_pause":true,"end":"completed","ended_without_result":"judged",'
        '"extension_counts":false,"late_after_supplements":1}'
    )
    assert OnTime().digest() == sha256(fields.encode()).hexdigest()


def test_figures_are_exact() -> None:
    book = parse_rulebook(GOOD.replace("target = 0.9", "target = 0.1"), "book.toml")
    assert book.indicator("p.ratio").formula.target * 3 == Fraction("0.3")
    assert book.parameters.time_cut_share == Decimal("0.2")


# ---------------------------------------------------------------- The shipped rulebooks and their worked examples


@pytest.fixture(params=sorted(path.name for path in RULEBOOKS.glob("*.toml") if "examples" not in path.name))
def shipped(request: pytest.FixtureRequest) -> tuple[Rulebook, Path]:
    path = RULEBOOKS / request.param
    return parse_rulebook(path.read_text("utf-8"), path.name), path.with_suffix(".examples.toml")


def test_a_shipped_rulebook_keeps_its_worked_examples(shipped: tuple[Rulebook, Path]) -> None:
    book, examples = shipped
    assert check_examples(book, examples.read_text("utf-8"), examples.name) == []


def test_the_rulebook_of_plan_146_has_every_target_of_the_plan() -> None:
    book = parse_rulebook((RULEBOOKS / "dak-nong-146.toml").read_text("utf-8"), "dak-nong-146.toml")
    based = {indicator.basis.split(";")[0]: indicator for part in book.criterion for indicator in part.indicator}
    assert set(based) == {f"S004-{number}" for number in range(7, 18)}
    assert all("146/KH-UBND" in indicator.basis and indicator.weight_note for indicator in based.values())
    satisfaction = based["S004-14"]
    assert book.criterion_of(satisfaction.code).code == "ontime"  # the plan files satisfaction under more on time
    assert (satisfaction.formula.target, satisfaction.formula.strict) == (Fraction(9, 10), True)


EXAMPLE = """\
[[example]]
title = "one unit"
[[example.unit]]
unit = "A"
cluster = "k"
measures = {posted = 45, procedures = 100, ideas = 1, days_late = 5}
expect = {score = "60.50", rank = 1, grade = "low", points = {"p.ratio" = "20.00", p = "30.00", plus = "0.50"}}
"""


def test_an_example_that_the_rulebook_keeps_says_nothing() -> None:
    assert check_examples(parse_rulebook(GOOD, "book.toml"), EXAMPLE, "book.examples.toml") == []


@pytest.mark.parametrize(
    ("good", "bad", "what", "got"),
    [
        ('"60.50"', '"60.51"', "score", "60.50"),
        ("rank = 1", "rank = 2", "rank", 1),
        ('"20.00"', '"21.00"', "p.ratio", "20.00"),
    ],
)
def test_an_example_that_comes_out_otherwise_says_what_was_expected(good: str, bad: str, what: str, got: object) -> None:
    (problem,) = check_examples(parse_rulebook(GOOD, "book.toml"), EXAMPLE.replace(good, bad), "book.examples.toml")
    assert (problem.code, problem.place.row) == ("rulebook-example", 7)
    assert (problem.args["what"], problem.args["got"], problem.args["unit"]) == (what, got, "A")


@pytest.mark.parametrize(
    ("good", "bad", "code", "row"),
    [
        ("posted = 45", "poster = 45", "rulebook-unknown-measure", 6),
        ("score =", "scores =", "rulebook-unknown-key", 7),
        ("expect", "rows = {cases = 1}\nexpect", "rulebook-unknown-code", 7),
    ],
)
def test_an_example_that_cannot_be_read_is_refused_at_its_line(good: str, bad: str, code: str, row: int) -> None:
    (problem,) = check_examples(parse_rulebook(GOOD, "book.toml"), EXAMPLE.replace(good, bad), "book.examples.toml")
    assert (problem.code, problem.place.row) == (code, row)
