"""The whole sample province from a seed: case files as the intake would read them, with nothing to mend."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

import pandas as pd

from tracker.core.cases import KINDS
from tracker.sample.cast import build_cast, units_frame
from tracker.sample.cells import as_frame
from tracker.sample.dossiers import dossiers_frame
from tracker.sample.indices import indices_frame
from tracker.sample.planted import FEWEST_COMMUNES, OTHER_TWIN, PLANTED, TWIN
from tracker.sample.registers import build_catalogue, build_register, postings_frame, procedures_frame, staff_frame
from tracker.sample.voices import feedback_frame, reported_frame, surveys_frame
from tracker.sample.workclock import work_clock

__all__ = ["PLANTED", "build_province"]

_FEWEST_DOSSIERS = 1_000
_MIRRORED = ("unit", "receiving_unit", "code", "officer", "repeat_of")


def build_province(
    dossiers: int = 60_000, communes: int = 71, seed: int = 146, days_off: Container[date] | None = None
) -> Mapping[str, pd.DataFrame]:
    """The case files by kind, in the order they are imported: canonical text or None in every cell, rows sorted by key.

    The same arguments give the same frames on every machine. `days_off` are all days the offices are closed, weekends
    included; None stands for weekends and the week of Tết. Four years, 2017 to 2020; nothing later than their end is known.
    """
    if communes < FEWEST_COMMUNES or dossiers < _FEWEST_DOSSIERS:
        raise ValueError(f"a province needs at least {FEWEST_COMMUNES} communes and {_FEWEST_DOSSIERS} dossiers")
    clock = work_clock(days_off)
    cast = build_cast(dossiers, communes, seed)
    catalogue = build_catalogue(seed, clock)
    register = build_register(cast, catalogue, seed)
    frames = {
        "units": units_frame(cast),
        "procedures": procedures_frame(catalogue, seed, clock),
        "postings": _with_twin("postings", postings_frame(cast, catalogue, register, seed, clock)),
        "staff": _with_twin("staff", staff_frame(cast, seed)),
        "dossiers": _with_twin("dossiers", dossiers_frame(cast, catalogue, register, seed, clock)),
        "feedback": _with_twin("feedback", feedback_frame(cast, seed, clock)),
        "surveys": _with_twin("surveys", surveys_frame(cast, seed)),
        "reported": _with_twin("reported", reported_frame(cast, seed)),
        "indices": indices_frame(),
    }
    return {kind: frames[kind] if kind in frames else as_frame(kind, {KINDS[kind].key[0]: []}) for kind in KINDS}


def _with_twin(kind: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The case file with every row of the one twin mirrored for the other."""
    mirrored = frame[frame["unit"] == TWIN].copy()
    for column in _MIRRORED:
        if column in mirrored:
            mirrored[column] = [text and text.replace(TWIN, OTHER_TWIN) for text in mirrored[column]]
    both = pd.concat([frame, mirrored], ignore_index=True)
    return both.sort_values(list(KINDS[kind].key), ignore_index=True, kind="stable")
