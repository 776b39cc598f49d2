"""The parts of frozen copies: each must be what its snapshot's manifest, which is sealed, says of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from tracker.services.seals import BrokenSeal, Flaw
from tracker.store.protected import PART, SNAPSHOT
from tracker.store.raw_rows import read_raw

_CHUNK = 1 << 20


def check_parts(connection: Connection) -> list[BrokenSeal]:
    """Every part that is not as its snapshot's manifest has it, and every snapshot whose manifest has another digest.

    Of a snapshot whose manifest cannot be trusted only that is said: its parts cannot be judged.
    """
    wanted: dict[str, str] = {}
    unsure: set[str] = set()
    broken = []
    for row in read_raw(connection, SNAPSHOT):
        manifest = _manifest(row)
        if manifest is None:
            unsure.add(str(row["id"]))
            broken.append(BrokenSeal(SNAPSHOT.name, str(row["id"]), Flaw.CHANGED, None))
        else:
            wanted |= {f"{row['id']}/{name}": digest for name, digest in manifest.items()}
    for row in read_raw(connection, PART):
        key = f"{row['snapshot']}/{_readable(row['name'])}"
        if str(row["snapshot"]) in unsure:
            continue
        digest = wanted.pop(key, None)
        if digest is None:
            broken.append(BrokenSeal(PART.name, key, Flaw.UNKNOWN, None))
        elif row["sha256"] != digest or _content(row["data"]) != (digest, row["size"]):
            broken.append(BrokenSeal(PART.name, key, Flaw.CHANGED, None))
    return broken + [BrokenSeal(PART.name, key, Flaw.MISSING, None) for key in wanted]


def _manifest(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Name and SHA-256 of each part; None where the text is not what its digest was taken of, or no such list."""
    try:
        digest = sha256(row["manifest"].encode()).hexdigest()
        manifest = json.loads(row["manifest"])
    except (AttributeError, ValueError, RecursionError):
        return None
    return manifest if digest == row["inputs_sha256"] and isinstance(manifest, dict) else None


def _content(data: object) -> tuple[str, int] | None:
    """SHA-256 and size of what compressed bytes hold, read piece by piece; None for what is not whole or has a tail."""
    if not isinstance(data, bytes | memoryview):
        return None
    digest, size = sha256(), 0
    try:
        for piece in _inflated(data):
            digest.update(piece)
            size += len(piece)
    except zlib.error:
        return None
    return digest.hexdigest(), size


def _inflated(data: bytes | memoryview) -> Iterator[bytes]:
    inflating = zlib.decompressobj()
    rest = bytes(data)
    while not inflating.eof:
        piece = inflating.decompress(rest, _CHUNK)
        rest = inflating.unconsumed_tail
        if not piece and not rest:
            break
        yield piece
    if not inflating.eof or inflating.unused_data:
        raise zlib.error("not whole, or followed by something")


def _readable(name: object) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
