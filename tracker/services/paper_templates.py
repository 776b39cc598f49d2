"""The template of each kind of paper."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

SHIPPED = Path(__file__).parents[2] / "data" / "templates"


def shipped_template(kind: str) -> bytes:
    """The template that comes with the product."""
    return (SHIPPED / f"{kind}.docx").read_bytes()


def template_of(connection: Connection, kind: str) -> bytes:
    """The template in use."""
    del connection
    return shipped_template(kind)
