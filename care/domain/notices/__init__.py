"""What is to be told: typed, rendered only when it is sent, so that it is never stale and speaks the reader's language.

A notice holds ids and never the words of a person; whoever renders it reads the words anew. One module per listener.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from care.domain.notices.base import Lane, Said
from care.domain.notices.elder import (
    WITH_KEYS,
    Away,
    AwayOffer,
    BackNews,
    ElderHelp,
    ElderNotice,
    Farewell,
    ForgetQuestion,
    ForgetWaits,
    Forgotten,
    Greeting,
    Introduction,
    LeaveQuestion,
    LeftNews,
    Meeting,
    Rehearsal,
    ShareQuestion,
    ThinkingOver,
    WarmAnswer,
    WatchEnded,
    Watchers,
    WatchQuestion,
)
from care.domain.notices.everyday import (
    CALLS,
    Alarm,
    AllMedia,
    BindQuestion,
    CalledAgain,
    Climbed,
    DismissQuestion,
    Ended,
    EverydayNotice,
    FullText,
    Help,
    HelpingHand,
    HowIsIt,
    ItemStory,
    LanguageQuestion,
    Menu,
    MyReports,
    NoAdmin,
    NotYetQuestion,
    OpenList,
    PlaceQuestion,
    PromiseQuestion,
    ProofQuestion,
    Reminder,
    Sentence,
    TakenOver,
    TransferOffer,
    TransferQuestion,
    UnbindQuestion,
    Waiting,
    Welcome,
    WhereQuestion,
)
from care.domain.notices.family import (
    FamilyAlarm,
    FamilyAsk,
    FamilyEnd,
    FamilyNews,
    FamilyNotice,
    FamilySettings,
    FamilySlip,
    FamilyWhich,
)
from care.domain.notices.greetings import GreetingNews, NeverReached, OutageNews
from care.domain.notices.lists import ListCall, ListNotice, MorningReport, NameList, NotJoined, Today
from care.domain.notices.pausing import PauseList, PauseMenu, PauseNotice, PauseQuestion, PausesEnd
from care.domain.notices.sheet import (
    AtHomeQuestion,
    AwayQuestion,
    ClaimersSheet,
    GoneQuestion,
    HospitalQuestion,
    OutcomeNamed,
    OutcomeQuestion,
    OutcomeWordsQuestion,
    SheetNotice,
    Spared,
)
from care.domain.notices.sos import RecordingPlayed, Says, SosNotice, ToHer, TroubleQuestion, VoiceReceived

Notice = Annotated[
    EverydayNotice | ElderNotice | FamilyNotice | GreetingNews | ListNotice | PauseNotice | SheetNotice | SosNotice,
    Field(discriminator="kind"),
]

# Read again once it has been sent: what it says may have changed while it was on its way.
READ_AGAIN = (*CALLS, NameList, ListCall)

_adapter: TypeAdapter[Notice] = TypeAdapter(Notice)


def to_json(notice: Notice) -> str:
    """The notice as it is kept in the outbox."""
    return _adapter.dump_json(notice).decode()


def from_json(text: str) -> Notice:
    """The notice again; raises pydantic's ValidationError for one that this version does not know."""
    return _adapter.validate_json(text)


__all__ = [
    "CALLS",
    "READ_AGAIN",
    "WITH_KEYS",
    "Alarm",
    "AllMedia",
    "AtHomeQuestion",
    "Away",
    "AwayOffer",
    "AwayQuestion",
    "BackNews",
    "BindQuestion",
    "CalledAgain",
    "ClaimersSheet",
    "Climbed",
    "DismissQuestion",
    "ElderHelp",
    "ElderNotice",
    "Ended",
    "EverydayNotice",
    "FamilyAlarm",
    "FamilyAsk",
    "FamilyEnd",
    "FamilyNews",
    "FamilyNotice",
    "FamilySettings",
    "FamilySlip",
    "FamilyWhich",
    "Farewell",
    "ForgetQuestion",
    "ForgetWaits",
    "Forgotten",
    "FullText",
    "GoneQuestion",
    "Greeting",
    "GreetingNews",
    "Help",
    "HelpingHand",
    "HospitalQuestion",
    "HowIsIt",
    "Introduction",
    "ItemStory",
    "Lane",
    "LanguageQuestion",
    "LeaveQuestion",
    "LeftNews",
    "ListCall",
    "ListNotice",
    "Meeting",
    "Menu",
    "MorningReport",
    "MyReports",
    "NameList",
    "NeverReached",
    "NoAdmin",
    "NotJoined",
    "NotYetQuestion",
    "Notice",
    "OpenList",
    "OutageNews",
    "OutcomeNamed",
    "OutcomeQuestion",
    "OutcomeWordsQuestion",
    "PauseList",
    "PauseMenu",
    "PauseNotice",
    "PauseQuestion",
    "PausesEnd",
    "PlaceQuestion",
    "PromiseQuestion",
    "ProofQuestion",
    "RecordingPlayed",
    "Rehearsal",
    "Reminder",
    "Said",
    "Says",
    "Sentence",
    "ShareQuestion",
    "SheetNotice",
    "SosNotice",
    "Spared",
    "TakenOver",
    "ThinkingOver",
    "ToHer",
    "Today",
    "TransferOffer",
    "TransferQuestion",
    "TroubleQuestion",
    "UnbindQuestion",
    "VoiceReceived",
    "Waiting",
    "WarmAnswer",
    "WatchEnded",
    "WatchQuestion",
    "Watchers",
    "Welcome",
    "WhereQuestion",
    "from_json",
    "to_json",
]
