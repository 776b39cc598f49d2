"""The units of the province and their characters: how many dossiers each gets, how prompt, careful and polite it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tracker.sample import planted
from tracker.sample.cells import Bools, Floats, Ints, Texts, as_frame, as_numbers, ordered, stream
from tracker.sample.words import Row, place_names, read_list
from tracker.sample.workclock import YEARS

_COMMUNES_SHARE = 46  # % of all dossiers
_TINY_TOTAL = 10 * len(YEARS)
_CLUSTER = 10  # communes in a cluster, more or less
_VOLUME_STEPS = 1000  # volumes are kept in thousandths of the unit the lists use
_TOWNS = 8  # the first commune of each district is its busy town
_CITIES, _WARDS = 2, 5  # the first districts are cities; so many of their communes are wards
_YEARLY = np.array([1.25, 1.1, 1.0, 0.85])  # the province as a whole gets better


@dataclass(frozen=True, slots=True)
class Cast:
    """The units in code order, with one character trait per unit in each array (shares between 0 and 1)."""

    codes: Texts
    names: list[str]
    kinds: Texts
    parents: list[str | None]
    clusters: list[str | None]
    dossiers: Ints
    staff: Ints
    late: Floats  # share of dossiers late, per unit and year
    posting: Floats  # care taken with the registers
    conduct: Floats
    satisfied: Floats
    parked: Floats
    exact: Floats
    again: Floats  # share asked for supplements more than once
    unaccepted: Floats  # share of online dossiers accepted late
    apology: Floats  # share of late dossiers with an apology, in time or not

    def place(self, code: str) -> int:
        """Where the unit stands in the arrays."""
        return int(np.searchsorted(self.codes.astype("U"), code))

    @property
    def active(self) -> Bools:
        """Which units work at all: they compete, and they are not the one that reports nothing or the mirrored twin."""
        named = np.array([cluster is not None for cluster in self.clusters])
        return named & ~np.isin(self.codes.astype("U"), [planted.SILENT, planted.OTHER_TWIN])


@dataclass(frozen=True, slots=True)
class _Roll:
    """The units before they have a character, in code order."""

    codes: Texts
    names: list[str]
    kinds: Texts
    parents: list[str | None]
    clusters: list[str]
    volumes: Ints


def build_cast(dossiers: int, communes: int, seed: int) -> Cast:
    """The units and their characters."""
    rng = stream(seed, 0)
    roll = _roll(communes, rng)
    size = len(roll.codes)
    quality = ordered(rng, size, 2, 1)
    _set(
        quality,
        roll,
        {planted.TWIN: 0.98, planted.DENOUNCED: 0.97, planted.TINY: 0.9, planted.IMPROVER: 0.85, planted.PARKER: 0.6},
    )
    posting, conduct, manners, habits = (0.6 * quality + 0.4 * rng.random(size) for _ in range(4))
    for trait in (posting, conduct, manners, habits):
        _set(trait, roll, {planted.TWIN: 0.99, planted.DENOUNCED: 0.98})
    return Cast(
        codes=roll.codes,
        names=roll.names,
        kinds=roll.kinds,
        parents=roll.parents,
        clusters=_clusters(roll),
        dossiers=_share_out(roll, dossiers),
        staff=_staff(roll, rng),
        late=_late(roll, quality, rng),
        posting=posting,
        conduct=conduct,
        satisfied=0.77 + 0.2 * manners,
        parked=_set(np.zeros(size), roll, {planted.PARKER: 0.32}),
        exact=_set(np.zeros(size), roll, {planted.DUE_SECOND: 0.9}),
        again=_set(0.012 * (1 - habits), roll, {planted.RESUPPLEMENTS: 0.17}),
        unaccepted=0.01 + 0.18 * (1 - habits),
        apology=_set(0.55 + 0.45 * habits, roll, {planted.NO_APOLOGY: 0.0}),
    )


def units_frame(cast: Cast) -> pd.DataFrame:
    """The units as a case file."""
    counted = cast.active | (cast.codes == planted.OTHER_TWIN)
    return as_frame(
        "units",
        {
            "code": cast.codes,
            "name": cast.names,
            "kind": cast.kinds,
            "parent": cast.parents,
            "cluster": cast.clusters,
            "headcount": as_numbers(cast.staff, counted),
        },
    )


def _roll(communes: int, rng: np.random.Generator) -> _Roll:
    rows = read_list("units")
    above = sum(int(row["volume"]) for row in rows)
    volumes = _commune_volumes(communes, above * _COMMUNES_SHARE // (100 - _COMMUNES_SHARE), rng)
    rows += _communes([row["code"] for row in rows if row["kind"] == "district"], volumes)
    rows.sort(key=lambda row: row["code"])
    roll = _Roll(
        codes=np.array([row["code"] for row in rows], dtype=object),
        names=[row["name"] for row in rows],
        kinds=np.array([row["kind"] for row in rows], dtype=object),
        parents=[row["parent"] or None for row in rows],
        clusters=[row["cluster"] for row in rows],
        volumes=np.array([int(row["volume"]) for row in rows], dtype=np.int64) * _VOLUME_STEPS,
    )
    roll.volumes[roll.kinds == "commune"] //= _VOLUME_STEPS
    return _with_planted_volumes(roll, int(volumes.sum()) // communes)


def _commune_volumes(communes: int, total: int, rng: np.random.Generator) -> Ints:
    # A thin tail on purpose: a few communes live on a handful of dossiers a year.
    weights = 0.012 + ordered(rng, communes, 3, 0) + np.where(np.arange(communes) < _TOWNS, 0.25, 0.0)
    steps = (weights * 1_000_000).astype(np.int64)
    return steps * total * _VOLUME_STEPS // int(steps.sum())


def _communes(districts: list[str], volumes: Ints) -> list[Row]:
    """Communes dealt out to the districts in turn; the first of each district is its town, a city has wards."""
    words = {row["kind"]: row["word"] for row in read_list("commune_words")}
    rows = []
    for n, name in enumerate(place_names(len(volumes))):
        district = n % len(districts)
        wards = district < _CITIES and n < len(districts) * _WARDS
        kind = "ward" if wards else "town" if n < len(districts) else "rural"
        code = f"{districts[district]}.{n // len(districts) + 1:02d}"
        rows.append(
            {
                "code": code,
                "name": f"{words[kind]} {name}",
                "kind": "commune",
                "parent": districts[district],
                "cluster": "",
                "volume": str(volumes[n]),
            }
        )
    return rows


def _with_planted_volumes(roll: _Roll, mean: int) -> _Roll:
    per_cent = {
        planted.TWIN: 90,
        planted.OTHER_TWIN: 90,
        planted.IMPROVER: 130,
        planted.PARKER: 150,
        planted.DUE_SECOND: 110,
        planted.DENOUNCED: 180,
        planted.SILENT: 45,
        planted.TINY: 9,
    }
    for code, share in per_cent.items():
        roll.volumes[roll.codes == code] = mean * share // 100
    return roll


def _share_out(roll: _Roll, dossiers: int) -> Ints:
    weights = np.where((roll.codes == planted.SILENT) | (roll.codes == planted.TINY), 0, roll.volumes)
    counts = weights * (dossiers - _TINY_TOTAL) // int(weights.sum())
    counts[roll.codes == planted.TINY] = _TINY_TOTAL
    counts[roll.codes == planted.OTHER_TWIN] = counts[roll.codes == planted.TWIN]
    counts[int(np.argmax(counts))] += dossiers - int(counts.sum())
    return counts


def _clusters(roll: _Roll) -> list[str | None]:
    """Departments in two clusters and communes in clusters of about ten, each by how much they have to do."""
    clusters: list[str | None] = [cluster or None for cluster in roll.clusters]
    for row in read_list("clusters"):
        members = np.flatnonzero(roll.kinds == row["kind"])
        members = members[np.argsort(-roll.volumes[members], kind="stable")]
        groups = max(1, (len(members) + _CLUSTER // 2) // _CLUSTER)
        for rank, member in enumerate(members.tolist()):
            clusters[member] = f"{row['name']} {rank * groups // len(members) + 1}"
    twin, other = (int(np.flatnonzero(roll.codes == code)[0]) for code in (planted.TWIN, planted.OTHER_TWIN))
    clusters[other] = clusters[twin]
    return clusters


def _staff(roll: _Roll, rng: np.random.Generator) -> Ints:
    least = np.select([roll.kinds == "commune", roll.kinds == "district", roll.kinds == "department"], [5, 28, 14], 0)
    staff = least + (least * rng.random(len(least))).astype(np.int64)
    staff[roll.codes == planted.DENOUNCED] = 12
    staff[roll.codes == planted.OTHER_TWIN] = staff[roll.codes == planted.TWIN]
    return staff


def _late(roll: _Roll, quality: Floats, rng: np.random.Generator) -> Floats:
    base = 0.004 + 0.24 * (1 - quality) * (1 - quality)
    late: Floats = base[:, None] * _YEARLY * (0.6 + 0.8 * rng.random((len(base), len(YEARS))))
    late = np.minimum(late, 0.2)
    stories = {
        planted.TWIN: [0.012, 0.008, 0.005, 0.003],
        planted.DENOUNCED: [0.008, 0.008, 0.003, 0.004],
        planted.TINY: [0.0] * 4,
        planted.DUE_SECOND: [0.0] * 4,
        planted.PARKER: [0.02] * 4,
        planted.IMPROVER: [0.26, 0.15, 0.06, 0.001],
        planted.DECLINER: [0.01, 0.06, 0.13, 0.21],
        planted.NO_APOLOGY: [0.13, 0.125, 0.12, 0.12],
        planted.TET_BACKLOG: [0.035, 0.03, 0.03, 0.02],
    }
    for code, shares in stories.items():
        late[roll.codes == code] = shares
    return late


def _set(trait: Floats, roll: _Roll, values: dict[str, float]) -> Floats:
    for code, value in values.items():
        trait[roll.codes == code] = value
    return trait
