"""The running application on PostgreSQL: the same pages from the same start."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import httpx
from databases import fresh_database
from ui.protocol import ROOT, Server, run_page


def test_the_app_shows_the_sample_province_from_postgresql(postgres: str) -> None:
    url = fresh_database(postgres)
    environment = {**os.environ, "TRACKER_DATABASE_URL": url}
    command = [sys.executable, "-m", "tracker", "demo", "--units", "16", "--dossiers", "2000"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with Server(env={"TRACKER_DATABASE_URL": url}) as server:
        for _ in range(300):
            if httpx.get(f"{server.base}/healthz").json()["data"] == "ready":
                break
            time.sleep(0.1)
        board = run_page(server)
        assert board.says("Bảng xếp hạng thi đua")
        assert board.says("Số liệu mẫu")
        unit = run_page(server, "don-vi", "u=H99.31")
        assert unit.says("Thành phố Ngàn Trúc")
        assert "Traceback" not in server.output()
