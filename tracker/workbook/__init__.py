"""Reads a workbook in a process of its own (`python -m tracker.workbook`): cells as text, and what the reader does not tell.

Runs with little memory and time, because one far-off cell makes the reader abort the whole process. Imports hardly anything
else of the tracker, so that it starts quickly.
"""
