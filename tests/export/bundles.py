"""Bundles for the verifier's tests: made by the product, and re-sealed after somebody altered them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

from tracker.services.adjustments import NewAdjustment, Recorded, chain_head, digest_of
from tracker.services.bundles import bundle_files
from tracker.services.campaigns import load_campaign, load_rulebook
from tracker.services.copies import Copy, Frozen, said_of, take_copy
from tracker.services.recount import count_copy, documents_of
from tracker.services.results import FROZEN, Kept
from tracker.store.audit import GENESIS, canonical
from tracker.store.engine import reading

Files = dict[str, bytes]


def copied(engine, campaign: str, period: str, as_of: date) -> Copy:
    """The frozen copy of a period."""
    with reading(engine) as connection:
        found = load_campaign(connection, campaign)
        return take_copy(connection, found, found.period(period), load_rulebook(connection, found.rulebook), as_of)


def make_bundle(copy: Copy, *adjustments: tuple[str, NewAdjustment]) -> Files:
    """The bundle of a copy and adjustments (each with its case's unit), as the product writes it."""
    recorded: list[Recorded] = []
    for unit, what in adjustments:
        recorded.append(Recorded(len(recorded) + 1, unit, what, "chair", digest_of(chain_head(recorded), what)))
    documents = documents_of(count_copy(copy, [what for _, what in adjustments]))
    said = said_of(copy)
    begins, ends, as_of = (date.fromisoformat(said[name]) for name in ("from", "to", "as_of"))
    where = (said["campaign"], said["period"], int(said["revision"]))
    frozen = Frozen(1, *where, begins, ends, as_of, said["rulebook"], copy.sha256)
    kept = Kept(1, 1, 1, FROZEN, len(recorded), chain_head(recorded), documents, documents.digests, "chair")
    return bundle_files(frozen, kept, copy, recorded)


def sealed_again(files: Files) -> Files:
    """The bundle with every digest re-made, as a forger with the product's code would: only counting can tell."""
    said, chain = json.loads(files["manifest.json"]), json.loads(files["adjustments.json"])["adjustments"]
    prev = GENESIS
    for one in chain:
        what = NewAdjustment(*(one[name] for name in ("action", "kind", "key", "cells", "reason", "source")))
        one["prev"], one["digest"] = prev, digest_of(prev, what)
        prev = one["digest"]
    files = {**files, "adjustments.json": canonical({"adjustments": chain}).encode()}
    parts = Copy({name.removeprefix("inputs/"): data for name, data in files.items() if name.startswith("inputs/")})
    said |= {"inputs_sha256": parts.sha256, "adjustments": len(chain), "adjustments_sha256": prev}
    said |= {f"{name}_sha256": sha256(files[f"{name}.json"]).hexdigest() for name in ("measures", "results", "decisions")}
    said["files"] = {name: sha256(data).hexdigest() for name, data in sorted(files.items()) if name != "manifest.json"}
    return {**files, "manifest.json": canonical(said).encode()}


def with_rows(files: Files, name: str, change: Callable[[list[dict[str, str]]], object]) -> Files:
    """The bundle with the rows of an input file changed, sealed again."""
    rows = list(csv.DictReader(io.StringIO(files[f"inputs/{name}.csv"].decode(), newline="")))
    columns = list(rows[0])
    change(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return sealed_again({**files, f"inputs/{name}.csv": text.getvalue().encode()})


def with_document(files: Files, name: str, change: Callable[[Any], object]) -> Files:
    """The bundle with a JSON file changed, sealed again."""
    document = json.loads(files[name])
    change(document)
    return sealed_again({**files, name: canonical(document).encode()})
