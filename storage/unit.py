"""One transaction over all tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from storage.alerts import AlertTable, DoorTable, LookTable
from storage.appointments import AppointmentTable
from storage.areas import BindingTable
from storage.cards import CardTable
from storage.checkins import CheckInTable
from storage.elders import ElderTable
from storage.erasing import ErasureTable
from storage.inbox import InboxTable
from storage.inquiries import InquiryTable
from storage.items import ItemTable
from storage.link import Link
from storage.lists import ListTable
from storage.media_rows import MediaTable
from storage.messages import MessageTable
from storage.meta import MetaTable
from storage.next_dues import next_dues
from storage.outages import OutageTable
from storage.outbox import OutboxTable
from storage.pauses import NewsTable, PauseTable
from storage.people import PeopleTable
from storage.questions import QuestionTable
from storage.recordings import RecordingTable
from storage.shares import ShareTable


class Unit:
    """The port `UnitOfWork`, and beside it `meta` and the `link` for queries that only storage has (roster, ledger)."""

    __slots__ = (
        "alerts",
        "appointments",
        "bindings",
        "cards",
        "checkins",
        "doors",
        "elders",
        "erasures",
        "inbox",
        "inquiries",
        "items",
        "link",
        "lists",
        "looks",
        "media",
        "messages",
        "meta",
        "news",
        "outages",
        "outbox",
        "pauses",
        "people",
        "questions",
        "recordings",
        "shares",
    )

    def __init__(self, link: Link) -> None:
        self.link = link
        self.items = ItemTable(link)
        self.people = PeopleTable(link)
        self.elders = ElderTable(link)
        self.alerts = AlertTable(link)
        self.looks = LookTable(link)
        self.doors = DoorTable(link)
        self.appointments = AppointmentTable(link)
        self.lists = ListTable(link)
        self.checkins = CheckInTable(link)
        self.outages = OutageTable(link)
        self.pauses = PauseTable(link)
        self.news = NewsTable(link)
        self.bindings = BindingTable(link)
        self.cards = CardTable(link)
        self.outbox = OutboxTable(link)
        self.messages = MessageTable(link)
        self.questions = QuestionTable(link)
        self.inquiries = InquiryTable(link)
        self.recordings = RecordingTable(link)
        self.erasures = ErasureTable(link)
        self.shares = ShareTable(link)
        self.media = MediaTable(link)
        self.inbox = InboxTable(link)
        self.meta = MetaTable(link)

    async def next_dues(self) -> Mapping[str, datetime]:
        """When each sort of thing that waits comes due next, by the names of `care.services.due_things`."""
        return await next_dues(self.link)
