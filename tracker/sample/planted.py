"""What the sample province certainly contains, whatever its seed: unit codes by the story they tell.

The stories hold from 20,000 dossiers up (fewer leave too little to see) and from `FEWEST_COMMUNES` communes up.
"""

from __future__ import annotations

from collections.abc import Mapping

FEWEST_COMMUNES = 16  # two in each of the eight districts, so that every planted commune exists

SILENT = "H99.38.02"
PARKER = "H99.34.02"
DUE_SECOND = "H99.35.02"
TWIN, OTHER_TWIN = "H99.32.02", "H99.33.02"
IMPROVER = "H99.31.02"
DECLINER = "H99.08"
TINY = "H99.36.02"
DENOUNCED = "H99.37.02"
NO_APOLOGY = "H99.34"
RESUPPLEMENTS = "H99.05"
TET_BACKLOG = "H99.36"

PLANTED: Mapping[str, str | tuple[str, str]] = {
    "silent": SILENT,  # its row in units, a headcount unknown, and nothing else in any file
    "parker": PARKER,  # over a quarter of its dossiers wait since the last hours before they were due, and never end
    "due_second": DUE_SECOND,  # four in five of its ended dossiers end at the very second they are due
    "twins": (TWIN, OTHER_TWIN),  # same cluster, every row of one mirrored in the other: a true tie, at the top
    "improver": IMPROVER,  # late share from about 25 % in 2017 to about none in 2020
    "decliner": DECLINER,  # the other way round, to about 20 % in 2020
    "tiny": TINY,  # ten dossiers a year, none of them late
    "denounced": DENOUNCED,  # excellent, but for one denunciation upheld in May 2019
    "no_apology": NO_APOLOGY,  # one dossier in eight late, and never an apology
    "resupplements": RESUPPLEMENTS,  # one dossier in six asked for supplements more than once
    "tet_backlog": TET_BACKLOG,  # most of what it received around Tết 2019 ended late, in other months little
}
