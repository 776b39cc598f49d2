"""A small office for whole journeys: six units with two years of cases, and people of each role with passwords.

2023, by hand (60 points for the plan met, 40 for dossiers in time):
A 60 + 1/2 x 40 = 80, without its late dossier 60 + 40 = 100; B and C 45 + 40 = 85 each; D 30 + 40 = 70;
E 12 + 0 = 12, criticised; F 24 + 40 = 64, and 36 + 40 = 76 once its plan is decided to be 60 instead of 40.
So B and C share the two certificates, until A's appeal is accepted: then they tie for the one that A leaves.
"""

from __future__ import annotations

from collections.abc import Mapping

from builders import act, put_campaign
from sqlalchemy import update

from tracker.services.access import ACCOUNT, Role
from tracker.services.accounts import Grant, NewAccount, add_account
from tracker.services.passwords import hash_password
from tracker.store.engine import writing

CAMPAIGN, YEAR, NEXT = "thi-dua", "2023", "2024"
PASSWORD = "một hai ba bốn năm"
PLANS = {"A": 100, "B": 75, "C": 75, "D": 50, "E": 20, "F": 40}
RULEBOOK = """
code = "quy-che"
version = 1
title = {vi = "Quy chế thi đua", en = "Rules of the contest"}
basis = "thử nghiệm"
total = 100

[[reported]]
measure = "plan"
title = {vi = "Hoàn thành kế hoạch", en = "Plan met"}

[[criterion]]
code = "work"
title = {vi = "Công việc", en = "Work"}
points = 60
  [[criterion.indicator]]
  code = "work.plan"
  title = {vi = "Kế hoạch", en = "Plan"}
  points = 60
  basis = "thử nghiệm"
  formula = {kind = "linear", measure = "plan", lo = 0, hi = 100}

[[criterion]]
code = "ontime"
title = {vi = "Đúng hẹn", en = "On time"}
points = 40
  [[criterion.indicator]]
  code = "ontime.rate"
  title = {vi = "Tỷ lệ đúng hạn", en = "On-time rate"}
  points = 40
  basis = "thử nghiệm"
  cases = "dossiers"
  [criterion.indicator.formula]
  kind = "ratio"
  numerator = ["done_on_time", "pending_in_time"]
  denominator = ["received", "carried", "-no_due"]

[[award]]
code = "gold"
title = {vi = "Bằng khen", en = "Certificate of merit"}
places = 2
min_score = 80
boundary_tie = "committee"

[[criticism]]
code = "low"
title = {vi = "Điểm quá thấp", en = "Score too low"}
level = "criticise"
below_score = 30
"""
_HEAD = "code,unit,procedure,officer,received_at,due_at,completed_at\n"
_DOSSIERS = "".join(f"{unit}-good,{unit},P1,,2023-03-01 08:00,2023-03-10 17:00,2023-03-09 09:00\n" for unit in "BCDF")
_SPAN = f"{YEAR}-01-01,{YEAR}-12-31"
FILES: Mapping[str, str] = {
    "units.csv": "code,name,kind,cluster\n" + "".join(f"{unit},Xã {unit}nh,commune,k\n" for unit in PLANS),
    "procedures.csv": "code,name\nP1,Khai sinh\n",
    "staff.csv": "code,unit,name,title\nA-1,A,Nguyễn Thị Hoa,Chuyên viên\nB-1,B,Trần Văn Bình,Chuyên viên\n",
    "dossiers.csv": _HEAD
    + _DOSSIERS
    + "A-late,A,P1,A-1,2023-03-01 08:00,2023-03-10 17:00,2023-03-14 09:00\n"
    + "A-carried,A,P1,A-1,2023-12-20 08:00,2024-01-15 17:00,\n"
    + "E-late,E,P1,,2023-05-02 08:00,2023-05-10 17:00,2023-05-15 09:00\n",
    "reported.csv": "unit,measure,period_from,period_to,value\n"
    + "".join(f"{unit},plan,{_SPAN},{value}\n" for unit, value in PLANS.items()),
}
# What comes in once 2023 is final: E's lateness turns out to be none, A's carried dossier was done too late in 2024.
LATER = (
    _HEAD
    + "A-carried,A,P1,A-1,2023-12-20 08:00,2024-01-15 17:00,2024-01-20 09:00\n"
    + "E-late,E,P1,,2023-05-02 08:00,2023-05-10 17:00,2023-05-09 09:00\n"
)
PEOPLE: Mapping[str, tuple[Role, Grant]] = {
    "quan-tri": (Role.ADMIN, Grant()),
    "thu-ky": (Role.COMMITTEE, Grant()),
    "chu-tich": (Role.CHAIR, Grant()),
    "van-thu": (Role.CLERK, Grant(frozenset(PLANS))),
    "xa-a": (Role.UNIT, Grant(frozenset("A"), may_import=True)),
    "xa-b": (Role.UNIT, Grant(frozenset("B"), may_import=True)),
    "nguoi-xem": (Role.VIEWER, Grant()),
}


def put_people(engine) -> None:
    """Everybody, with a password they chose themselves; the units must be there."""
    hashed = hash_password(PASSWORD)
    for name, (role, grant) in PEOPLE.items():
        add_account(engine, NewAccount(name, role, grant=grant), act())
    with writing(engine) as connection:
        connection.execute(update(ACCOUNT).values(password=hashed, must_change=False))


def put_rules(engine) -> None:
    """The rulebook and the campaign of the years 2023 and 2024."""
    put_campaign(engine, CAMPAIGN, begins=f"{YEAR}-01-01", ends=f"{NEXT}-12-31", every="year", rulebook=RULEBOOK)
