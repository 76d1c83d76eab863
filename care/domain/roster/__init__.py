"""The roster: the community's own list of its people, as a sheet of rows that is read into people or into mistakes.

Pure: a sheet of text goes in; people, or every mistake in it at once, come out. Nobody's words are judged here, only
whether the machine can understand them.
"""

from care.domain.elders import ElderState, Mode, Sex
from care.domain.roster.changes import same, settle
from care.domain.roster.columns import CHINESE, Column
from care.domain.roster.mistakes import Mistake, Problem
from care.domain.roster.reading import Reading, read
from care.domain.roster.records import (
    Contact,
    Elder,
    Enrolled,
    OnFile,
    ReadPhone,
    Sheet,
    SheetRow,
    state_of,
)

__all__ = [
    "CHINESE",
    "Column",
    "Contact",
    "Elder",
    "ElderState",
    "Enrolled",
    "Mistake",
    "Mode",
    "OnFile",
    "Problem",
    "ReadPhone",
    "Reading",
    "Sex",
    "Sheet",
    "SheetRow",
    "read",
    "same",
    "settle",
    "state_of",
]
