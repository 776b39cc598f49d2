"""Makes the shipped Word templates, laid out as Nghị định 30/2020: `python -m tracker.export.template_maker DIR`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tracker.export import template_apology, template_bodies, template_minutes, template_units
from tracker.export.docx_xml import R, W
from tracker.export.template_parts import footer, header
from tracker.export.template_styles import STYLES
from tracker.filling.parts import pack

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = ("styles", "settings", "fontTable", "header1", "header2", "footer1", "footer2")

BODIES: Mapping[str, Callable[[], str]] = {
    "proposal": template_bodies.proposal,
    "list": template_bodies.names_list,
    "achievement": template_units.achievement,
    "minutes": template_minutes.minutes,
    "decision": template_bodies.decision,
    "criticism": template_units.criticism,
    "self_review": template_units.self_review,
    "notice": template_bodies.notice,
    "result": template_units.result,
}

# What a unit writes itself and no period's result stands behind.
LETTERS: Mapping[str, Callable[[], str]] = {"apology": template_apology.apology}


def make_template(kind: str) -> bytes:
    """The shipped template of a kind of paper or letter; always the same bytes."""
    content = {**BODIES, **LETTERS}[kind]()
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(),
        "word/document.xml": f"<w:document {W} {R}><w:body>{content}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            *((f"rId{at}", f"{_OFFICE}/{part.rstrip('12')}", f"{part}.xml") for at, part in enumerate(_PARTS, start=1))
        ),
        "word/styles.xml": STYLES,
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _fonts(),
        "word/header1.xml": f"<w:hdr {W}>{header(first=False)}</w:hdr>",
        "word/header2.xml": f"<w:hdr {W}>{header(first=True)}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {W}>{footer()}</w:ftr>",
        "word/footer2.xml": f"<w:ftr {W}>{footer()}</w:ftr>",
    }
    return pack({name: (_HEAD + text).encode() for name, text in parts.items()})


def _content_types() -> str:
    overrides = {"document": "document.main", **{part: part.rstrip("12") for part in _PARTS}}
    named = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>' for part, kind in overrides.items()
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}'
        f'<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
    )


def _relationships(*targets: tuple[str, str, str]) -> str:
    each = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in targets)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _core() -> str:
    """Properties without a moment: a paper's bytes must not depend on the clock."""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:language>vi-VN</dc:language></cp:coreProperties>"
    )


def _settings() -> str:
    return (
        f'<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/></w:settings>'
    )


def _fonts() -> str:
    return (
        f'<w:fonts {W}><w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/>'
        '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def main(folder: Path) -> None:
    """Write every template into the folder."""
    for kind in (*BODIES, *LETTERS):
        (folder / f"{kind}.docx").write_bytes(make_template(kind))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
