"""A template filled with fields, or what is wrong with it."""

from __future__ import annotations

import io
import re
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.exceptions import SecurityError

from tracker.filling.parts import RefusedTemplateError, look_through, pack
from tracker.filling.sandbox import Named, Sandbox, UnknownField, full_name, name_fields

MAX_PAPER = 40_000_000
# The library reads braces and line breaks in what it has filled in; while it works, data have stand-ins for them.
_STAND_INS = {"{": "\ue000", "}": "\ue001"}
_TO_STAND_INS = str.maketrans(_STAND_INS)
_TAGS = re.compile(r"<[^>]+>")
_LONGEST_PLACE = 120


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template that remembers the text it is filling, to say where something went wrong."""

    source = ""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        self.source = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
        return str(super().render_xml_part(src_xml, part, context, jinja_env))


def fill(template: bytes, fields: dict[str, Any], sandbox: Sandbox | None = None) -> bytes:
    """The filled document; RefusedTemplateError for what cannot be filled. Papers of one template may share a sandbox."""
    return _fill(template, fields, sandbox or Sandbox())


def list_unknown(template: bytes, fields: dict[str, Any]) -> list[str]:
    """Every field the template asks for that is not among the fields, in the order met; other faults are raised."""
    unknown: dict[str, None] = {}

    class Noted(Undefined):
        """A field there is none of: noted, and taken for empty."""

        def __init__(self, hint: Any = None, obj: Any = None, name: Any = None, exc: Any = UndefinedError) -> None:
            super().__init__(hint, obj, name, exc)
            if exc is SecurityError:
                raise SecurityError(str(name))
            if name is not None:
                unknown.setdefault(full_name(obj, name))

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return self

    class Reading(Sandbox):
        """The sandbox in which what an unknown field is asked for is unknown too."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return obj if isinstance(obj, Noted) else super().getattr(obj, attribute)

    _fill(template, fields, Reading(Noted))
    return list(unknown)


def _fill(template: bytes, fields: dict[str, Any], sandbox: Sandbox) -> bytes:
    look_through(template)
    document = _Template(io.BytesIO(template))
    try:
        document.render(_guarded(name_fields(fields)), sandbox)
        saved = io.BytesIO()
        document.save(saved)
    except SecurityError as error:
        raise RefusedTemplateError("template_forbidden", _say(error), _place(document, error)) from error
    except UndefinedError as error:
        raise RefusedTemplateError("template_unknown_field", _say(error), _place(document, error)) from error
    except TemplateError as error:
        raise RefusedTemplateError("template_syntax", _say(error), _place(document, error)) from error
    if len(saved.getvalue()) > MAX_PAPER:
        raise RefusedTemplateError("template_too_large")
    parts = {name: _released(name, content) for name, content in look_through(saved.getvalue()).items()}
    return pack(parts)


def _guarded(value: Any) -> Any:
    """The fields with stand-ins for what the library would read."""
    if isinstance(value, Named):
        for name in value:
            value[name] = _guarded(value[name])
        return value
    if isinstance(value, list):
        return [_guarded(item) for item in value]
    return value.translate(_TO_STAND_INS) if isinstance(value, str) else value


def _released(name: str, content: bytes) -> bytes:
    if not name.endswith(".xml"):
        return content
    for sign, stand_in in _STAND_INS.items():
        content = content.replace(stand_in.encode(), sign.encode())
    return content


def _say(error: TemplateError) -> str:
    return error.message or ""


def _place(document: _Template, error: TemplateError) -> str:
    """The paragraph in which it went wrong."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else _line_of(error)
    lines = document.source.splitlines()
    text = _TAGS.sub("", lines[line - 1]) if 0 < line <= len(lines) else ""
    return text.strip()[:_LONGEST_PLACE]


def _line_of(error: TemplateError) -> int:
    """The line of the template that failed, as the library has written it into the traceback."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


__all__ = ["UnknownField", "fill", "list_unknown"]
