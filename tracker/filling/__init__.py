"""Fills a Word template in a process of its own (`python -m tracker.filling`).

Templates are edited by people, and may be made to run code, to read files or never to end.
"""
