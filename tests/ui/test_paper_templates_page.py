"""The page of templates: what is in use, a file handed in and checked, and the way back to the shipped one."""

from __future__ import annotations

import io

import docx
import pytest
from builders import put_offices
from people import put_each_role

from tracker.services.access import OPERATOR
from tracker.services.paper_templates import list_templates, shipped_template

from .accounts import notices, opened_as
from .sample import markup

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def office(province):
    put_offices(province, "A")
    province.people = put_each_role(province)
    return province


def edited(line: str) -> bytes:
    document = docx.Document(io.BytesIO(shipped_template("list")))
    document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def test_a_template_is_replaced_by_a_checked_one_and_taken_back(office, monkeypatch):
    app = opened_as(monkeypatch, office.people["admin"], "paper_templates", loai="list")
    assert markup(app).count("Mẫu gốc") == 9
    assert "signatory_name" in markup(app)
    app.file_uploader[0].upload("mau.docx", edited("{{ khong_co }}"), DOCX).run()
    app = press(app, "Kiểm tra và dùng mẫu này")
    assert "khong" in notices(app)
    assert not any(state.is_own for state in list_templates(office, OPERATOR))
    app.file_uploader[0].upload("mau.docx", edited("Điện thoại: 0261"), DOCX).run()
    app = press(app, "Kiểm tra và dùng mẫu này")
    assert "đang được dùng" in notices(app)
    assert "the-admin" in markup(app)
    assert "mau.docx" in markup(app)
    app = press(app, "Dùng lại mẫu gốc")
    assert not any(state.is_own for state in list_templates(office, OPERATOR))
