"""Competitors run alternately in one process, medians compared, tables as Markdown on standard output."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of one competitor's runs in seconds, and what it answered last."""

    cpu: float
    wall: float
    answer: Any


def alternate(competitors: Mapping[str, Callable[[], Any]], runs: int) -> dict[str, Timing]:
    """Every competitor once to warm up, then all of them in turn, `runs` times."""
    answers = {name: run() for name, run in competitors.items()}
    gc.freeze()  # as the server does after warming up: collections then walk only what a run has made
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in competitors}
    for _ in range(runs):
        for name, run in competitors.items():
            seconds, answers[name] = timed(run)
            taken[name].append(seconds)
    return {name: medians(taken[name], answers[name]) for name in competitors}


def timed(run: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """CPU and wall seconds of one run, and its answer."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    answer = run()
    return (time.process_time() - cpu, time.perf_counter() - wall), answer


def medians(taken: list[tuple[float, float]], answer: Any = None) -> Timing:
    return Timing(median(cpu for cpu, _ in taken), median(wall for _, wall in taken), answer)


def digest(answer: object) -> str:
    """A short digest of an answer, to show that two are equal."""
    return sha256(repr(answer).encode()).hexdigest()[:12]


def heading(title: str, about: str) -> None:
    print(f"\n## {title}\n\n{about}\n")


def table(header: list[str], rows: list[list[str]]) -> None:
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def seconds(value: float) -> str:
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"
