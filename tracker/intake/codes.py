"""Every problem the intake can report, with the names of the arguments its sentence may use.

A problem's place gives file, sheet, row and column, and its `value` the cell as found; `args` holds only what these do not.
"""

from __future__ import annotations

from collections.abc import Mapping

# Nothing of the file can be used.
_FILE: Mapping[str, tuple[str, ...]] = {
    "empty": (),
    "no_rows": (),
    "corrupt": (),
    "not_xlsx": (),
    "not_text": (),
    "encoding": (),
    "which_encoding": ("choices",),
    "which_delimiter": ("choices",),
    "which_date_order": ("choices",),
    "encrypted": (),
    "macro": (),
    "dtd": (),
    "too_big_unpacked": (),
    "too_many_parts": ("limit",),
    "too_large_area": (),
    "too_many_columns": ("limit",),
    "took_too_long": (),
    "bad_quote": (),
    "nested_archive": (),
    "no_case_files": (),
    "unknown_sheet": ("choices",),
    "unknown_kind": ("headings",),
    "missing_column": ("nearest",),
    "duplicate_column": ("headings",),
    "which_tally_unit": (),
    "which_tally_span": (),
    "which_period": (),
    "which_portal_page": ("pages",),
    "bad_json": ("line",),
    "no_portal_units": (),
    "portal_formality": (),
}
# The row is refused. `date_order` and `future_date` are errors of some columns and warnings of others.
_ROW: Mapping[str, tuple[str, ...]] = {
    "too_many_fields": ("expected", "found"),
    "too_few_fields": ("expected", "found"),
    "control_char": (),
    "too_long": ("limit",),
    "required": (),
    "error_value": (),
    "lost_letters": (),
    "ambiguous_number": (),
    "not_a_number": (),
    "not_an_integer": (),
    "not_a_boolean": (),
    "not_in_list": ("choices", "words"),
    "out_of_range": ("minimum", "maximum"),
    "bad_date": (),
    "date_range": ("minimum", "maximum"),
    "date_order": ("other",),
    "future_date": ("today",),
    "duplicate": ("first",),
    "overlap": ("other",),
    "tally_unbalanced": ("came", "went", "received", "carried", "done", "pending"),
    "tally_twice": ("other",),
    "tally_sum": ("column", "written", "parts", "total"),
    "tally_total": ("column", "written", "total"),
    "unknown_unit": ("nearest",),
    "unknown_procedure": ("nearest",),
    "not_your_unit": (),
}
_WARNING: Mapping[str, tuple[str, ...]] = {
    "unknown_column": (),
    "column_suggested": ("suggested", "confidence"),
    "not_received": (),
    "submitted_only": (),
    "footer_left_out": (),
    "personal_column_dropped": (),
    "hidden_sheet": (),
    "sheet_full": ("limit",),
    "part_ignored": (),
    "tcvn3_converted": ("count",),
    "merged_filled": ("count",),
    "merged_left": ("count",),
    "month_first": (),
    "which_century": ("choices",),
    "which_year_base": ("choices",),
    "sheet_ignored": (),
    "hidden_rows": ("count",),
    "formula_values": ("count",),
    "invisible_removed": (),
    "tally_carried": ("carried", "pending", "before"),
}

PROBLEM_CODES: Mapping[str, tuple[str, ...]] = {**_FILE, **_ROW, **_WARNING}
