"""Tests of the intake: bytes made by hand in, rows and problems out."""
