"""A killed import leaves all of its rows or none, a log line if and only if rows, and no lock (a sample)."""

from __future__ import annotations

from .interruptions import prepare, run

MOMENTS = 2


def test_a_killed_import_is_whole_or_nothing_and_told_truly(engine):
    url = engine.url.render_as_string(hide_password=False)
    prepare(url)
    found = run(url, MOMENTS, rows=2000, longest=1.2)
    assert all(good for *_, good in found), found
