"""Every statement the core makes: its key and the names of its arguments, so that no key is left without words.

Figures are exact. `title` is {vi, en} or None; `titles` a tuple of them; `names` holds the {vi, en} titles of the reported
measures among the statement's measures (counted ones are named by `tracker.text`). In `rule.formula...` the arguments
`numerator`, `denominator`, `incidents` and `items` are tuples of signed terms, "-done_late" being taken away; in `why...`
they are the figures. `each` is what one incident or item is worth in points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.core.rulebook import Rulebook

# Every statement the core makes, with the names of its arguments: rules, why a line has its points, reasons on the lists.
STATEMENT_KEYS: Mapping[str, tuple[str, ...]] = {
    "rule.total": ("total",),
    "rule.rounding": ("places",),
    "rule.ranking": (),
    "rule.unranked": (),
    "rule.on_time.compare_instant": (),
    "rule.on_time.compare_day": (),
    "rule.on_time.end_completed": (),
    "rule.on_time.end_returned": (),
    "rule.on_time.pause_counts": (),
    "rule.on_time.pause_ignored": (),
    "rule.on_time.supplements": ("limit",),
    "rule.on_time.supplements_off": (),
    "rule.on_time.extension_counts": (),
    "rule.on_time.extension_ignored": (),
    "rule.on_time.without_result_judged": (),
    "rule.on_time.without_result_excluded": (),
    "rule.parameter.publish_days": ("days",),
    "rule.parameter.posting_days": ("days",),
    "rule.parameter.time_cut_share": ("share",),
    "rule.reported": ("measure", "title"),
    "rule.criterion.points": ("points", "total"),
    "rule.criterion.minimum": ("minimum", "points"),
    "rule.formula.ratio": ("points", "numerator", "denominator", "target", "names"),
    "rule.formula.ratio_strict": ("points", "numerator", "denominator", "target", "names"),
    "rule.formula.ratio_floor": ("floor",),
    "rule.formula.bands": ("points", "numerator", "denominator", "names"),
    "rule.formula.bands_plain": ("points", "numerator", "names"),
    "rule.formula.band": ("at_least", "share", "points"),
    "rule.formula.bands_else": ("below",),
    "rule.formula.penalty": ("points", "incidents", "each", "names"),
    "rule.formula.count": ("points", "items", "each", "names"),
    "rule.formula.all_of": ("points",),
    "rule.formula.part_at_least": ("measure", "at_least", "names"),
    "rule.formula.part_at_most": ("measure", "at_most", "names"),
    "rule.formula.part_between": ("measure", "at_least", "at_most", "names"),
    "rule.formula.linear": ("points", "numerator", "denominator", "lo", "hi", "names"),
    "rule.formula.linear_plain": ("points", "numerator", "lo", "hi", "names"),
    "rule.not_applicable.redistribute": (),
    "rule.not_applicable.full": ("points",),
    "rule.not_applicable.zero": (),
    "rule.missing.pending": (),
    "rule.missing.zero": (),
    "rule.needs": ("needs",),
    "rule.help": ("title",),
    "rule.weight_note": ("title",),
    "rule.extra.bonus": ("measure", "per", "names"),
    "rule.extra.deduction": ("measure", "per", "names"),
    "rule.extra.cap": ("cap",),
    "rule.gate.event": ("measure", "at_least", "names"),
    "rule.gate.no_award": (),
    "rule.gate.best_grade": ("grade", "title"),
    "rule.grade.at_least": ("at_least",),
    "rule.grade.max_share": ("share",),
    "rule.tie_break.high": ("by", "title"),
    "rule.tie_break.low": ("by", "title"),
    "rule.award.form": ("form",),
    "rule.award.places": ("places",),
    "rule.award.share": ("share",),
    "rule.award.min_score": ("score",),
    "rule.award.min_criterion": ("criterion", "title", "points"),
    "rule.award.min_volume": ("volume",),
    "rule.award.tie_committee": (),
    "rule.award.tie_all": (),
    "rule.award.tie_none": (),
    "rule.criticism.criticise": (),
    "rule.criticism.self_review": (),
    "rule.criticism.below_score": ("limit",),
    "rule.criticism.criterion_below": ("criterion", "title", "limit"),
    "rule.criticism.measure": ("measure", "at_least", "names"),
    "rule.criticism.missing_report": (),
    # Why a line has its points (`tracker.core.why`). All have points, out_of and max; out_of > max: it took over points.
    "why.ratio_reached": ("points", "out_of", "max", "numerator", "denominator", "value", "target"),
    "why.ratio": ("points", "out_of", "max", "numerator", "denominator", "value", "target"),
    "why.ratio_at_strict_target": ("points", "out_of", "max", "numerator", "denominator", "value", "target"),
    "why.ratio_below_floor": ("points", "out_of", "max", "numerator", "denominator", "value", "floor"),
    "why.bands": ("points", "out_of", "max", "numerator", "denominator", "value", "at_least", "share"),
    "why.bands_below": ("points", "out_of", "max", "numerator", "denominator", "value", "lowest"),
    "why.penalty": ("points", "out_of", "max", "numerator", "each"),
    "why.penalty_clean": ("points", "out_of", "max"),
    "why.count": ("points", "out_of", "max", "numerator", "each"),
    "why.all_of_met": ("points", "out_of", "max", "denominator"),
    "why.all_of_failed": ("points", "out_of", "max", "numerator", "denominator"),
    "why.linear": ("points", "out_of", "max", "numerator", "denominator", "value", "lo", "hi"),
    "why.pending": ("points", "out_of", "max", "needs", "measures", "names"),
    "why.missing_zero": ("points", "out_of", "max", "needs", "measures", "names"),
    "why.not_applicable_full": ("points", "out_of", "max"),
    "why.not_applicable_zero": ("points", "out_of", "max"),
    "why.redistributed": ("points", "out_of", "max"),
    # Reasons on the lists (`tracker.core.reasons`).
    "reward.rank": ("rank", "of", "cluster"),
    "reward.score": ("score", "total"),
    "reward.tie_break": ("by", "title", "value"),
    "reward.criterion_full": ("criterion", "title", "points"),
    "reward.tie_committee": ("units", "places"),
    "reward.tie_all": ("units", "places"),
    "ruled_out.gate": ("gate", "title", "measure", "value", "at_least", "names"),
    "ruled_out.floor": ("criterion", "title", "points", "minimum"),
    "ruled_out.incomplete": ("lines", "titles"),
    "ruled_out.min_criterion": ("criterion", "title", "points", "minimum"),
    "ruled_out.min_volume": ("volume", "minimum"),
    "criticism.below_score": ("score", "limit"),
    "criticism.criterion_below": ("criterion", "title", "points", "limit"),
    "criticism.measure": ("measure", "value", "at_least", "names"),
    "criticism.missing_report": (),
    "criticism.incomplete": ("lines", "titles"),
}


def reported_names(rulebook: Rulebook, measures: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """The titles of the reported measures among these."""
    titles = {reported.measure: reported.title for reported in rulebook.reported}
    return {measure: titles[measure] for measure in measures if measure in titles}
