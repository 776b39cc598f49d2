"""The language of templates: fields, conditions and repetitions, and nothing that reaches beyond the fields given."""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined, Template, Undefined
from jinja2.exceptions import SecurityError
from jinja2.nodes import Template as Nodes
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

_FILTERS = frozenset(
    {"upper", "lower", "capitalize", "default", "d", "join", "length", "count", "first", "last", "trim", "replace", "e"}
)
_OF_LOOPS = frozenset({"index", "index0", "first", "last", "length", "revindex", "previtem", "nextitem"})


class Named(dict[str, Any]):
    """A group of fields that knows what it is called, so that a field it does not have can be named in full."""

    def __init__(self, fields: dict[str, Any], path: str = "") -> None:
        super().__init__(fields)
        self._path = path

    def full_name(self, field: str) -> str:
        """The dotted name of a field."""
        return f"{self._path}.{field}" if self._path else field


class UnknownField(StrictUndefined):
    """A field there is none of: any use of it ends the filling."""

    @property
    def _undefined_message(self) -> str:
        """Its dotted name: all there is to say of it."""
        return full_name(self._undefined_obj, self._undefined_name)


def full_name(group: object, field: object) -> str:
    """What a field of a group is called."""
    return group.full_name(str(field)) if isinstance(group, Named) else str(field)


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates read the fields and the counters of repetitions. There are no globals, and nothing has attributes."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, undefined: type[Undefined] = UnknownField) -> None:
        super().__init__(autoescape=True, undefined=undefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self._compiled: dict[str, Template] = {}

    def from_string(self, source: str | Nodes, *given: Any, **named: Any) -> Template:
        """The text as a template; each text is compiled once, as papers of one template share theirs."""
        if not isinstance(source, str):
            return super().from_string(source, *given, **named)
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source, *given, **named)
        return self._compiled[source]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a group, or a counter of a repetition."""
        if isinstance(obj, Named):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in _OF_LOOPS:
            return super().getattr(obj, attribute)
        return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same by brackets; of a list the item at that place."""
        if not isinstance(obj, list):
            return self.getattr(obj, str(argument))
        there = isinstance(argument, int) and -len(obj) <= argument < len(obj)
        return obj[argument] if there else self.undefined(obj=obj, name=argument)

    def call_binop(self, _context: Any, operator: str, left: Any, right: Any) -> Any:
        """A product of numbers; a text or a list times a number, or a power, could fill the memory or never end."""
        if operator != "*" or not (isinstance(left, int) and isinstance(right, int)):
            raise SecurityError(operator)
        return left * right

    def is_safe_callable(self, obj: Any) -> bool:
        """Only what the template itself defined."""
        return isinstance(obj, Macro)


def name_fields(value: Any, path: str = "") -> Any:
    """Plain data as groups of fields that know their names; of the items of a list all have one name."""
    if isinstance(value, dict):
        dotted = f"{path}." if path else ""
        return Named({name: name_fields(item, dotted + name) for name, item in value.items()}, path)
    if isinstance(value, list):
        return [name_fields(item, f"{path}[]") for item in value]
    return value
