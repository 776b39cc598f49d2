"""Clerks who store the same file at the same moment: one does, the others are told who it was; no row is lost (a sample)."""

from __future__ import annotations

from .import_races import PROCESSES, ROWS, is_right, prepare, race, rows_stored

RACES = 2


def test_of_four_clerks_with_the_same_file_one_stores_it_and_files_of_their_own_all_go_in(engine):
    url = engine.url.render_as_string(hide_password=False)
    prepare(url)
    found = race(url, RACES)
    assert all(is_right(name, told) for name, told in found.items()), found
    assert rows_stored(url) == RACES * ROWS * (1 + PROCESSES)
