"""Makers of rows in every table that is written once, and of what such rows hang on."""

from __future__ import annotations

import json
import os
import zlib
from datetime import date, datetime
from hashlib import sha256

from builders import act, put_campaign, put_offices
from sqlalchemy import insert, select, text

from tracker.services.seals import insert_sealed
from tracker.store.engine import writing
from tracker.store.protected import PART, SEALED
from tracker.store.tables import metadata

# Of thousands of ways to bend a row every sixth is tried; TRACKER_TEST_STRIDE=1 tries them all.
STRIDE = int(os.environ.get("TRACKER_TEST_STRIDE", "6"))
MADE_AT = datetime(2026, 6, 30, 8, 0, 0)
BY_NAME = {table.name: table for table in SEALED}
PARTS = {"dossiers.csv": b"code,unit\nD1,A\n" * 50, "rulebook.toml": "tên = 'Đúng hẹn'\n".encode()}


def hexed(*said: object) -> str:
    """A digest of something, for columns that hold one."""
    return sha256(repr(said).encode()).hexdigest()


def put_sealed(engine, rows: int = 3) -> None:
    """That many rows of every sealed table and two parts a snapshot, of the period `c` of the campaign `c`."""
    put_offices(engine, "A", "B")
    put_campaign(engine, "c", begins="2026-01-01", ends="2026-06-30")
    _put_appeals_and_meetings(engine, rows)
    for number in range(1, rows + 1):
        put_snapshot(engine, number)
        for table, values in _hanging(number):
            with writing(engine) as connection:
                insert_sealed(connection, act(), BY_NAME[table], values, f"put_{table}", said={"number": number})


def put_snapshot(engine, revision: int, parts=None) -> int:
    """A snapshot of that revision with its parts."""
    parts = {name: data + b"%d" % revision for name, data in PARTS.items()} if parts is None else parts
    manifest = json.dumps({name: sha256(data).hexdigest() for name, data in sorted(parts.items())}, separators=(",", ":"))
    values = {
        **{"campaign": "c", "period": "c", "revision": revision, "rulebook": "c-rules@1", "engine": "1"},
        **{"begins": date(2026, 1, 1), "ends": date(2026, 6, 30), "as_of": date(2026, 6, 30), "made_at": MADE_AT},
        **{"manifest": manifest, "inputs_sha256": sha256(manifest.encode()).hexdigest()},
        **{"proposed_by": "an", "approved_by": "bình"},
    }
    with writing(engine) as connection:
        snapshot = insert_sealed(connection, act(), BY_NAME["snapshot"], values, "freeze")
        for name, data in parts.items():
            row = {"snapshot": snapshot, "name": name, "sha256": sha256(data).hexdigest(), "size": len(data)}
            connection.execute(insert(PART).values(**row, data=zlib.compress(data, 6)))
    return snapshot


def _put_appeals_and_meetings(engine, rows: int) -> None:
    appeal, meeting = metadata.tables["appeal"], metadata.tables["meeting"]
    period = {"campaign": "c", "period": "c", "revision": 1, "made_by": "an", "made_at": MADE_AT}
    case = {"unit": "A", "case_kind": "dossiers", "case_key": '["D1"]', "asks": "exclude", "reason": "Lỗi hệ thống"}
    held = {
        "held_on": date(2026, 7, 1),
        "place": "Hội trường",
        "chair": "An",
        "secretary": "Bình",
        "present": 7,
        "members": 9,
    }
    put_snapshot(engine, 100)
    with writing(engine) as connection:
        snapshot = connection.execute(select(text("max(id)")).select_from(BY_NAME["snapshot"])).scalar_one()
        for _ in range(rows):
            connection.execute(insert(appeal).values(**period, **case, snapshot=snapshot))
        connection.execute(insert(meeting).values(**period, **held))


def _hanging(number: int):
    """A row of each sealed table that hangs on a snapshot, an appeal or a meeting, with no column like another's."""
    period = {"campaign": "c", "period": "c", "revision": number}
    yield (
        "adjustment",
        {
            **{"snapshot": 1, "number": number, "action": "correct", "case_kind": "dossiers", "case_key": f'["D{number}"]'},
            **{"unit": "A", "cells": '{"due_at":"2026-06-01 17:00:00"}', "reason": f"Lý do {number}"},
            **{"source": f"appeal/{number}", "made_by": "an", "made_at": MADE_AT},
            **{"prev": hexed("prev", number), "digest": hexed("digest", number)},
        },
    )
    documents = {name: zlib.compress(f"{name} {number}".encode()) for name in ("measures", "results", "decisions")}
    yield (
        "result",
        {
            **{
                "snapshot": 1,
                "number": number,
                "stage": "frozen",
                "adjustments": number,
                "made_by": "an",
                "made_at": MADE_AT,
            },
            **documents,
            **{f"{name}_sha256": hexed(name, number) for name in (*documents, "adjustments")},
        },
    )
    step = {"version": number, "basis": hexed("basis", number), "reason": f"Lý do {number}", "made_at": MADE_AT}
    yield "period_step", {**period, **step, "step": "freeze", "act": "propose", "proposal": None, "actor": "an"}
    effect = {"effect": '{"before":"9.5"}', "decided_by": "bình", "decided_at": MADE_AT}
    yield "appeal_decision", {"appeal": number, "verdict": "refused", "reason": f"Lý do {number}", **effect}
    votes = {"meeting": 1, "votes_for": 5, "votes_against": 1, "votes_blank": 1}
    name = {"list_name": "reward", "rule": "best", "unit": "A", "officer": "", "verdict": "confirmed", "reason": "Tốt"}
    yield "decision", {**period, **name, **votes, "replaces": 0, "made_by": "an", "made_at": MADE_AT}
    template = {"kind": "proposal", "number": number, "name": f"to-trinh-{number}.docx", "size": 10 + number}
    yield "paper_template", {**template, **_file("mẫu", number), "made_by": "an", "made_at": MADE_AT}
    yield "issued_paper", {**period, **_paper(number), **_file("tờ trình", number), "made_by": "an", "made_at": MADE_AT}
    tick = {"kind": "dossiers", "code": f"D{number}", "task": "overdue", "state": "handled", "note": f"Đã gọi {number}"}
    yield "work_tick", {"unit": "A", **tick, "replaces": 0, "made_by": "an", "made_at": MADE_AT}
    story = {"title": f"Sáng kiến {number}", "story": f"Cách làm {number}", "effect": f"Hiệu quả {number}"}
    yield "practice", {"unit": "A", **story, "made_by": "an", "made_at": MADE_AT}
    word = {"practice": number, "about": "verdict", "unit": "", "said": "accepted", "note": f"QĐ {number}"}
    counted = {"campaign": "c", "period": "c", "measure": f"m{number}"}
    yield "practice_word", {**word, **counted, "replaces": 0, "made_by": "an", "made_at": MADE_AT}
    head = {"campaign": "c", "unit": "A", "criterion": f"ontime{number}", "since": date(2026, 1, number)}
    named = {"name": f"Bà {number}", "position": f"Phó Chủ tịch {number}"}
    yield "answerable_head", {**head, **named, "replaces": 0, "made_by": "an", "made_at": MADE_AT}
    yield "review_task", {**_review(number), "replaces": 0, "made_by": "an", "made_at": MADE_AT}
    yield "programme_task", {**_programmed(number), "replaces": 0, "made_by": "an", "made_at": MADE_AT}
    talk = {"with_whom": "people", "subject": f"Đất đai {number}", "planned": f"6/202{number}", "minutes": f"{number}/BB"}
    held = {"state": "held", "held_on": date(2026, 6, number), "came": 50 + number, "asked": 20 + number, "answered": number}
    talk |= {"campaign": "c", "unit": "A", "number": number, "due": date(2026, 9, number), "note": f"Ghi chú {number}"}
    yield "dialogue", {**talk, **held, "replaces": 0, "made_by": "an", "made_at": MADE_AT}


def _programmed(number: int):
    what = {"campaign": "c", "number": f"I.{number}", "area": f"Thể chế {number}", "task": f"Rà soát văn bản {number}"}
    who = {"unit": "A", "body": f"Sở {number}", "cooperating": f"Các sở {number}", "product": f"Báo cáo {number}"}
    when = {"deadline": f"{number}/7/2026", "due": date(2026, 7, number), "done_on": date(2026, 5, number)}
    return {**what, **who, **when, "state": "done", "note": f"{number}/BC-UBND"}


def _review(number: int):
    what = {"campaign": "c", "period": "c", "unit": "A", "indicator": f"ontime.{number}", "state": "open"}
    who = {"collective": f"Tổ {number}", "person": f"Ông {number}", "action": f"Rà soát {number}", "note": f"Ghi {number}"}
    seen = {"points": f"{number}/3", "out_of": f"1{number}", "seen_in": f"2026-{number}", "as_of": date(2026, 6, number)}
    return {**what, **who, **seen, "due": date(2026, 8, number)}


def _file(of: str, number: int):
    data = f"{of} {number}".encode()
    return {"data": data, "sha256": sha256(data).hexdigest()}


def _paper(number: int):
    told = {"state": "final", "kind": "proposal", "unit": "A", "officer": f"A-{number}", "number": f"0{number}/TTr-HĐ"}
    made = {"template_sha256": hexed("template", number), "results_sha256": hexed("results", number)}
    file = {"file_name": f"to-trinh-{number}.docx", "size": 100 + number, "fields": f'{{"place":"Đắk {number}"}}'}
    return {**told, **made, **file, "dated": date(2026, 7, number)}
