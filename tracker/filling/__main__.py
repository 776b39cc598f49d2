"""A template and groups of fields on standard input to filled documents on standard output.

Read: a line with JSON {"template": bytes, "seconds": of a processor, "checking": bool}, that many bytes, and a JSON list of
groups of fields.
Written: for each a line with JSON {"size": n} and n bytes, or {"unknown": [names]}; {"error", "value", "where"} ends it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jinja2 import TemplateSyntaxError
from lxml import etree

from tracker import confined
from tracker.filling.fill import fill, list_unknown
from tracker.filling.parts import RefusedTemplateError, pack
from tracker.filling.sandbox import Sandbox

MEMORY = 1_500_000_000


def main() -> None:
    """Fill, and name the fault if there is one."""
    out, said = sys.stdout.buffer, sys.stdin.buffer
    asked = json.loads(said.readline())
    confined.confine(MEMORY, asked["seconds"])
    template, groups = said.read(asked["template"]), json.loads(said.read())
    _warm_up()
    confined.shut_off()
    sandbox = Sandbox()
    try:
        for fields in groups:
            if asked["checking"]:
                _write(out.write, {"unknown": list_unknown(template, fields)})
            else:
                filled = fill(template, fields, sandbox)
                _write(out.write, {"size": len(filled)})
                out.write(filled)
    except RefusedTemplateError as error:
        _write(out.write, {"error": error.code, "value": error.value, "where": error.where})
    except (MemoryError, RecursionError, OverflowError):
        _write(out.write, {"error": "template_too_large", "value": "", "where": ""})
    except (etree.LxmlError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, OSError) as error:
        # The library trusts templates; whatever it stumbles over is the template's fault.
        _write(out.write, {"error": "template_failed", "value": type(error).__name__, "where": ""})


def _write(write: Callable[[bytes], object], said: dict[str, Any]) -> None:
    write(json.dumps(said).encode() + b"\n")


def _warm_up() -> None:
    """Let everything be imported that only a first filling, or a first fault, imports."""
    small = pack({name: text.encode() for name, text in _SMALL.items()})
    known: dict[str, Any] = {"some": [["a"]], "none_such": ""}
    missing: dict[str, Any] = {"some": []}
    for fields in (known, missing):
        with suppress(RefusedTemplateError):
            fill(small, fields)
    with suppress(TemplateSyntaxError):
        Sandbox().from_string("{% if %}")


_SPACES = "http://schemas.openxmlformats.org"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TAGS = "{% for one in some %}{{ one|join('-') }}{% endfor %}{{ none_such }}"
_SMALL = {
    "[Content_Types].xml": f'<Types xmlns="{_SPACES}/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_SPACES}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_SPACES}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{_SPACES}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{_TAGS}</w:t>'
    "</w:r></w:p></w:body></w:document>",
}


if __name__ == "__main__":
    main()
