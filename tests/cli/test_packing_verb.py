"""All papers of a period as one file, by the command line."""

from __future__ import annotations

import zipfile
from hashlib import sha256

from committee import HERE, put_frozen
from people import put_account

from tracker import cli
from tracker.services import paper_bundles, running
from tracker.services.access import OPERATOR, Role
from tracker.services.issued_papers import list_issued
from tracker.services.papers import Offer, Paper

OF_PERIOD = ["--campaign", HERE[0], "--period", HERE[1]]


def test_papers_writes_one_file_and_records_it(sqlite_engine, monkeypatch, capsys, tmp_path):
    put_frozen(sqlite_engine)
    put_account(sqlite_engine, "lan", Role.VIEWER)
    monkeypatch.setattr(running, "database", lambda: sqlite_engine)
    monkeypatch.setattr(paper_bundles, "which", lambda *_: (Offer("notice"),))
    monkeypatch.setattr(
        paper_bundles, "make_papers", lambda *_: [Paper("thong-bao.docx", b"x", sha256(b"x").hexdigest(), True)]
    )
    assert cli.main(["papers", *OF_PERIOD, "--out", str(tmp_path / "giấy tờ")]) == 0
    (file,) = (tmp_path / "giấy tờ").iterdir()
    digest = sha256(file.read_bytes()).hexdigest()
    assert digest in capsys.readouterr().out
    (issued,) = list_issued(sqlite_engine, *HERE, OPERATOR)
    assert (issued.sha256, issued.file_name) == (digest, file.name)
    with zipfile.ZipFile(file) as archive:
        assert "08-thong-bao/thong-bao.docx" in archive.namelist()
    assert cli.main(["papers", *OF_PERIOD, "--actor", "lan", "--out", str(tmp_path)]) == 1
    assert cli.main(["papers", "--campaign", "x", "--period", "y", "--out", str(tmp_path)]) == 2
    (tmp_path / "file").write_text("x")
    assert cli.main(["papers", *OF_PERIOD, "--out", str(tmp_path / "file")]) == 2
    assert "là tệp, không phải thư mục" in capsys.readouterr().err
