"""What a backup says of itself: its file with size and SHA-256, and what a database made of it must hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services.contents import Contents
from tracker.store.audit import Head, canonical

NAME = "manifest.json"
DUMPS = {"sqlite": "tracker.db", "postgresql": "tracker.dump"}
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`checked`: restored to a temporary place, or only read through. `whole`: its log and seals held when it was made."""

    made_at: str
    product: str
    database: str
    size: int
    sha256: str
    contents: Contents
    checked: str
    whole: bool

    @property
    def dump(self) -> str:
        """The name of the file with the data."""
        return DUMPS[self.database]

    @property
    def digest(self) -> str:
        """The SHA-256 that stands for the backup: written down elsewhere, it proves the backup later."""
        return sha256(canonical(self._said()).encode()).hexdigest()

    def _said(self) -> dict[str, Any]:
        contents = self.contents
        return {
            "format": _FORMAT,
            "made_at": self.made_at,
            "product": self.product,
            "database": self.database,
            "files": {self.dump: {"size": self.size, "sha256": self.sha256}},
            "alembic_revision": contents.revision,
            "audit_head": asdict(contents.head),
            "row_counts": dict(contents.counts),
            "final_results": [dict(final) for final in contents.finals],
            "checked": self.checked,
            "log_whole": self.whole,
        }

    def text(self) -> str:
        """The manifest's file; its last line is the digest of the rest."""
        return json.dumps({**self._said(), "manifest_sha256": self.digest}, ensure_ascii=False, indent=1) + "\n"


def digest_file(file: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup; RefusedError for one that is no manifest or was altered."""
    try:
        said = json.loads((folder / NAME).read_text("utf-8"))
        manifest = _parse(said)
        good = said["manifest_sha256"] == manifest.digest
    except OSError as error:
        raise altered(NAME, "backup_file_missing") from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise altered(NAME) from error
    if not good:
        raise altered(NAME)
    return manifest


def check_dump(folder: Path, manifest: Manifest) -> Path:
    """The backup's file with the data; RefusedError, naming it, unless it is there as the manifest says, bit for bit."""
    file = folder / manifest.dump
    try:
        same = file.stat().st_size == manifest.size and digest_file(file) == manifest.sha256
    except OSError as error:
        raise altered(manifest.dump, "backup_file_missing") from error
    if not same:
        raise altered(manifest.dump)
    return file


def altered(file: str, code: str = "backup_file_altered") -> RefusedError:
    """A backup's file that is not as it was written."""
    return RefusedError([Problem(code, Place(file))])


def _parse(said: Mapping[str, Any]) -> Manifest:
    if said["format"] != _FORMAT:
        raise ValueError(said["format"])
    kind = str(said["database"])
    (file,) = said["files"].values()
    head = Head(int(said["audit_head"]["seq"]), str(said["audit_head"]["hash"]))
    contents = Contents(said["alembic_revision"], head, said["row_counts"], tuple(said["final_results"]))
    made, product, checked = said["made_at"], said["product"], said["checked"]
    return Manifest(made, product, kind, file["size"], file["sha256"], contents, checked, said["log_whole"])
