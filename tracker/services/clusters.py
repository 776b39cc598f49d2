"""What clusters are called: a name in each language, or the code until somebody names it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, Engine, delete, insert, select

from tracker.core.cases import UNITS
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.membership import CODE_LENGTH
from tracker.services.permitted import reading_as, writing_as
from tracker.services.rows import cluster_key
from tracker.services.typed import refusal, tidy_line
from tracker.store.membership import CLUSTER, MEMBERSHIP, load_names
from tracker.store.publishing import bump_version
from tracker.store.tables import live
from tracker.text import LANGUAGES, Language, pick

NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ClusterName:
    """A cluster and what it is called; both names empty while it goes by its code."""

    code: str
    vi: str = ""
    en: str = ""

    def shown(self, language: Language) -> str:
        """The name in that language, else in the other, else the code."""
        return pick(language, {"vi": self.vi, "en": self.en}) or self.code


def list_clusters(database: Engine, actor: Actor) -> list[ClusterName]:
    """Every cluster that a unit is, was or will be in, or that has a name; in alphabetical order of the codes."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        return _load(connection)


def name_cluster(database: Engine, seen: ClusterName, new: ClusterName, act: Act) -> None:
    """Name a cluster, or let it go by its code again (both names empty); refused if it has changed since it was `seen`."""
    code, vi, en = tidy_line(seen.code, CODE_LENGTH), tidy_line(new.vi, NAME_LENGTH), tidy_line(new.en, NAME_LENGTH)
    if not code:
        raise refusal("cluster_code_missing")
    if en and not vi:
        raise refusal("cluster_name_missing", code)
    named = ClusterName(code, vi, en)
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        known = {cluster.code: cluster for cluster in _load(connection)}
        if known.get(code, ClusterName(code)) != seen:
            by = audit.newest_actor(connection, f"cluster/{code}") or ""
            raise refusal("cluster_changed", code, by=by)
        _refuse_twins(named, [other for other in known.values() if other.code != code])
        connection.execute(delete(CLUSTER).where(CLUSTER.c.code == code))
        if vi:
            connection.execute(insert(CLUSTER).values(code=code, name_vi=vi, name_en=en))
        audit.record(connection, act, "name_cluster", f"cluster/{code}", _said(seen), _said(named))
        bump_version(connection)


def _load(connection: Connection) -> list[ClusterName]:
    names = load_names(connection)
    given = connection.execute(select(live(UNITS).c.cluster).distinct()).scalars()
    moved = connection.execute(select(MEMBERSHIP.c.cluster).distinct()).scalars()
    codes = sorted({code for code in (*names, *given, *moved) if code}, key=cluster_key)
    return [ClusterName(code, **names.get(code, {})) for code in codes]


def _refuse_twins(named: ClusterName, others: list[ClusterName]) -> None:
    """Two clusters that are shown alike cannot be told apart in a list."""
    for language in LANGUAGES:
        for other in others:
            if named.shown(language) == other.shown(language):
                raise refusal("cluster_name_taken", named.shown(language), other=other.code)


def _said(cluster: ClusterName) -> dict[str, audit.Plain]:
    """Names are free text, so the log has their digests only."""
    return {"name_sha256": sha256(f"{cluster.vi}\n{cluster.en}".encode()).hexdigest() if cluster.vi else None}
