"""Bytes of case files to typed rows and problems: `read_file`, then `parse_table` for each table found."""

from tracker.intake.archives import unpack_upload as unpack_upload
from tracker.intake.choices import NO_CHOICES as NO_CHOICES
from tracker.intake.choices import ReadingChoices as ReadingChoices
from tracker.intake.codes import PROBLEM_CODES as PROBLEM_CODES
from tracker.intake.deadlines import Deadline as Deadline
from tracker.intake.deadlines import read_deadline as read_deadline
from tracker.intake.mapping import SourceColumn as SourceColumn
from tracker.intake.mapping import describe_mapping as describe_mapping
from tracker.intake.mapping import fingerprint as fingerprint
from tracker.intake.mapping import map_table as map_table
from tracker.intake.parsing import parse_table as parse_table
from tracker.intake.portions import parse_in_portions as parse_in_portions
from tracker.intake.programme import MOST_TASKS as MOST_TASKS
from tracker.intake.programme import TaskRow as TaskRow
from tracker.intake.programme import Told as Told
from tracker.intake.programme import read_programme as read_programme
from tracker.intake.reading import read_file as read_file
from tracker.intake.rows import Known as Known
from tracker.intake.rows import Named as Named
from tracker.intake.rows import Rows as Rows
from tracker.intake.rows import refused_rows as refused_rows
from tracker.intake.tables import Table as Table
