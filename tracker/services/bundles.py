"""A kept result as a folder that anybody can check without us: inputs, adjustments, measures, results and a verifier."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from tracker.core.problems import UsageError
from tracker.export import verifier
from tracker.export.sheets import name_file
from tracker.export.zip_file import write_zip
from tracker.services.access import Actor, Verb
from tracker.services.adjustments import Recorded, load_adjustments
from tracker.services.copies import Copy, Frozen, find_frozen, load_parts
from tracker.services.exports import Download
from tracker.services.permitted import reading_as
from tracker.services.results import ADJUSTED, Kept, list_results
from tracker.services.settings import DATA
from tracker.store.audit import GENESIS, canonical

MANIFEST = "manifest.json"
_README = DATA / "bundle" / "README.txt"
FORMAT = 1


def bundle_files(frozen: Frozen, kept: Kept, copy: Copy, recorded: Sequence[Recorded]) -> dict[str, bytes]:
    """Every file of the folder by its path; the same result always gives the same bytes."""
    files = {f"inputs/{name}": data for name, data in copy.parts.items()}
    files["adjustments.json"] = canonical_bytes({"adjustments": _chain(recorded)})
    files["measures.json"] = kept.documents.measures.encode()
    files["results.json"] = kept.documents.results.encode()
    files["decisions.json"] = kept.documents.decisions.encode()
    said = {
        "bundle": FORMAT,
        "campaign": frozen.campaign,
        "period": frozen.period,
        "revision": frozen.revision,
        "stage": kept.stage,
        "as_of": frozen.as_of.isoformat(),
        "rulebook": frozen.rulebook,
        "inputs_sha256": frozen.inputs_sha256,
        "adjustments": kept.adjustments,
        "adjustments_sha256": kept.adjustments_sha256,
        **kept.digests,
        "files": {name: sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return {MANIFEST: canonical_bytes(said), **files}


def canonical_bytes(value: Mapping[str, object]) -> bytes:
    """Canonical JSON as a file's bytes."""
    return canonical(value).encode()


def _chain(recorded: Sequence[Recorded]) -> list[dict[str, object]]:
    chain = []
    prev = GENESIS
    for one in recorded:
        what = one.what
        said = {"number": one.number, "unit": one.unit, "action": what.action, "kind": what.kind, "key": list(what.key)}
        told = {"cells": dict(what.cells), "reason": what.reason, "source": what.source}
        chain.append({**said, **told, "prev": prev, "digest": one.digest})
        prev = one.digest
    return chain


def make_bundle(database: Engine, campaign: str, period: str, actor: Actor) -> dict[str, bytes]:
    """The folder of the period's newest decided result (final, else published, else frozen); all of its cases are in it."""
    with reading_as(database, actor, Verb.SEE_CASES) as connection:
        frozen = find_frozen(connection, campaign, period)
        decided = [kept for kept in list_results(connection, frozen.id) if kept.stage != ADJUSTED] if frozen else []
        if frozen is None or not decided:
            raise UsageError("never_frozen", campaign=campaign, period=period)
        kept = decided[-1]
        recorded = load_adjustments(connection, frozen.id, kept.adjustments)
        files = bundle_files(frozen, kept, load_parts(connection, frozen.id), recorded)
    beside = {"verify.py": Path(verifier.__file__).read_bytes(), "README.txt": _README.read_bytes()}
    return {**files, **beside}


def zip_bundle(database: Engine, campaign: str, period: str, actor: Actor) -> Download:
    """The same folder as one file to download; the same result always gives the same bytes."""
    files = make_bundle(database, campaign, period, actor)
    data = write_zip(files)
    return Download(name_file(f"goi-kiem-chung-{campaign}-{period}", data, "zip"), data, "application/zip")


def write_bundle(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into a folder that is not there yet, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".bundle-") as unfinished:
        for name, data in files.items():
            path = Path(unfinished) / "whole" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (Path(unfinished) / "whole").rename(folder)
