"""Damaged files are read or refused with a clear problem (a sample of the ten thousand)."""

from __future__ import annotations

from .fuzz_files import fuzz, good_files

FILES = 500


def test_each_damaged_file_is_read_or_refused_with_a_problem_that_can_be_said():
    report = fuzz(range(FILES), good_files(None))
    assert report.failures == []
    assert sum(report.outcomes.values()) == FILES
    assert min(report.outcomes["accepted"], report.outcomes["refused"]) > FILES // 20
    assert report.slowest[0] < 20, report.slowest
