"""What the acts need from below and beside them: records and Protocols, with no word of SQL or of a chat network.

One `UnitOfWork` is one transaction. Everything an act changes goes through one of its parts, and either all of it is
kept or nothing.
"""

from care.services.ports.appointments import Appointment, Appointments
from care.services.ports.checkins import CheckIns, Greeted, Outage, Outages
from care.services.ports.dialogue import Asked, Inquired, Inquiries, Inquiry, Question, Questions
from care.services.ports.elders import (
    Alert,
    Alerts,
    Door,
    Doors,
    DoorTo,
    Elders,
    Look,
    Looks,
    Private,
    Reach,
    Relative,
    Seen,
)
from care.services.ports.erasing import Erasure, Erasures
from care.services.ports.inbox import Inbox, Received
from care.services.ports.items import Items
from care.services.ports.lists import GroupList, ListName, Lists, Member
from care.services.ports.media import Media, MediaStore, Medium
from care.services.ports.pauses import News, NewsWish, Pauses
from care.services.ports.people import Binding, Bindings, LinkProblem, People
from care.services.ports.shares import Share, Shares
from care.services.ports.telling import (
    ALARM,
    Address,
    Card,
    Cards,
    Draft,
    Face,
    Messages,
    Outbox,
    Posted,
    Step,
    Telling,
)
from care.services.ports.transaction import Clock, Database, Transaction, UnitOfWork
from care.services.ports.voices import Hearing, Recording, Recordings

__all__ = [
    "ALARM",
    "Address",
    "Alert",
    "Alerts",
    "Appointment",
    "Appointments",
    "Asked",
    "Binding",
    "Bindings",
    "Card",
    "Cards",
    "CheckIns",
    "Clock",
    "Database",
    "Door",
    "DoorTo",
    "Doors",
    "Draft",
    "Elders",
    "Erasure",
    "Erasures",
    "Face",
    "Greeted",
    "GroupList",
    "Hearing",
    "Inbox",
    "Inquired",
    "Inquiries",
    "Inquiry",
    "Items",
    "LinkProblem",
    "ListName",
    "Lists",
    "Look",
    "Looks",
    "Media",
    "MediaStore",
    "Medium",
    "Member",
    "Messages",
    "News",
    "NewsWish",
    "Outage",
    "Outages",
    "Outbox",
    "Pauses",
    "People",
    "Posted",
    "Private",
    "Question",
    "Questions",
    "Reach",
    "Received",
    "Recording",
    "Recordings",
    "Relative",
    "Seen",
    "Share",
    "Shares",
    "Step",
    "Telling",
    "Transaction",
    "UnitOfWork",
]
