"""Rows that show how a case file is filled in; their units and procedures are this office's own where it has any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.core.cases import Kind

Row = Mapping[str, str]
_YEAR = {"period_from": "2026-01-01", "period_to": "2026-12-31"}
_PLACES = {"counter": "1", "site": "1", "portal": "1", "content_complete": "1"}

_ROWS: Mapping[str, tuple[Row, ...]] = {
    "units": (
        {"code": "VD-01", "name": "Sở Nội vụ", "kind": "department", "cluster": "so-nganh", "headcount": "62"},
        {"code": "VD-02", "name": "Huyện Đắk Mil", "kind": "district", "cluster": "huyen", "valid_to": "2025-06-30"},
        {"code": "VD-03", "name": "Xã Đắk Lao", "kind": "commune", "parent": "VD-02", "cluster": "xa", "headcount": "24"},
    ),
    "procedures": (
        {
            **{"code": "VD-1.001193", "name": "Đăng ký khai sinh", "field": "Hộ tịch", "level": "commune"},
            **{"decision_no": "12/QĐ-UBND", "decided_on": "2026-01-05", "effective_on": "2026-01-20", "legal_days": "1"},
        },
        {
            **{"code": "VD-1.004199", "name": "Cấp đổi Giấy chứng nhận", "field": "Đất đai", "level": "province"},
            **{"legal_days": "7.5", "published_on": "2026-01-10"},
        },
    ),
    "postings": (
        {**_PLACES, "posted_on": "2026-01-22", "one_stop": "1", "workflow_assigned": "1", "committed_days": "0.5"},
        {"posted_on": "2026-02-02", "counter": "1", "interlinked": "1", "online_level": "4", "postal": "1"},
    ),
    "staff": (
        {"code": "VD-CB-001", "name": "Nguyễn Văn An", "title": "Chuyên viên", "standard_met": "1"},
        {"code": "VD-CB-002", "name": "Trần Thị Bình", "title": "Công chức tư pháp – hộ tịch"},
    ),
    "dossiers": (
        {
            **{"code": "000.00.01.VD-260105-0001", "officer": "VD-CB-001", "channel": "counter"},
            **{"received_at": "2026-01-05 08:15:00", "due_at": "2026-01-12 17:00:00", "status": "returned"},
            **{"completed_at": "2026-01-09 10:30:00", "returned_at": "2026-01-12 09:00:00", "rating": "4.5"},
        },
        {
            **{"code": "000.00.01.VD-260106-0002", "channel": "online", "submitted_at": "2026-01-05 21:40:00"},
            **{"received_at": "2026-01-06 07:45:00", "due_at": "2026-01-20 23:59:59", "status": "waiting"},
            **{"waiting_since": "2026-01-15 14:00:00", "supplement_requests": "1", "note": "Chờ bổ sung bản chính"},
        },
    ),
    "feedback": (
        {
            **{"code": "VD-PA-01", "kind": "behaviour_petition", "received_on": "2026-02-03", "due_on": "2026-02-24"},
            **{"resolved_on": "2026-02-20", "outcome": "upheld", "officer": "VD-CB-002"},
        },
        {"code": "VD-KN-02", "kind": "complaint", "received_on": "2026-03-02", "outcome": "pending"},
    ),
    "surveys": (
        {**_YEAR, "topic": "result", "satisfied": "186", "responses": "200"},
        {**_YEAR, "topic": "attitude", "satisfied": "191", "responses": "200"},
    ),
    "reported": (
        {**_YEAR, "measure": "sang-kien", "value": "3", "evidence": "15/BC-UBND", "note": "Ba sáng kiến được công nhận"},
        {**_YEAR, "measure": "diem-thuong", "value": "1.5"},
    ),
    "tallies": (
        {
            **{**_YEAR, "received_online": "120", "received_direct": "80", "carried": "10", "done_early": "60"},
            **{"done_on_due": "120", "done_late": "5", "pending_in_time": "24", "pending_overdue": "1"},
        },
    ),
    "indices": (
        {
            "index": "PAR",
            "year": "2025",
            "score": "86.4",
            "max_score": "100",
            "average": "84.1",
            "rank": "12",
            "of": "34",
            "target": "10",
        },
        {"index": "SIPAS", "year": "2025", "component": "Thái độ phục vụ", "score": "85.2", "max_score": "100"},
    ),
    "programme": (
        {
            **{"number": "I.1", "area": "Cải cách thể chế", "task": "Rà soát thủ tục hành chính", "body": "Sở Tư pháp"},
            **{"cooperating": "Các sở, ban, ngành", "deadline": "Quý II/2026", "product": "Báo cáo rà soát"},
        },
        {
            "number": "I.2",
            "task": "Niêm yết, công khai thủ tục",
            "body": "Ủy ban nhân dân các xã",
            "deadline": "Thường xuyên",
        },
        {
            "number": "II.1",
            "area": "Đối thoại",
            "task": "Đối thoại với doanh nghiệp",
            "body": "VD-01",
            "deadline": "30/9/2026",
        },
    ),
}


def example_rows(
    kind: Kind, units: Sequence[str], procedures: Sequence[str], measures: Sequence[str] = ()
) -> list[list[str | None]]:
    """The rows as canonical texts in the kind's order; every one has a unit, procedure and measure of its own."""
    names = [column.name for column in kind.columns]
    own: Mapping[str, Sequence[str]] = {"unit": units, "procedure": procedures, "measure": measures}
    rows = []
    for number, row in enumerate(_ROWS.get(kind.name, ())):
        found = {name: codes[number % len(codes)] for name, codes in own.items() if name in names and codes}
        missing = {name: f"VD-{number + 1:02}" for name, codes in own.items() if name in names and not codes}
        cells = {**missing, **row, **found}
        rows.append([cells.get(name) for name in names])
    return rows
