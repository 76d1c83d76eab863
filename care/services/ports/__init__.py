"""What the acts need from below and beside them: records and Protocols, with no word of SQL or of a chat network.

One `UnitOfWork` is one transaction. Everything an act changes goes through one of its parts, and either all of it is
kept or nothing.
"""

from care.services.ports.dialogue import Asked, Question, Questions
from care.services.ports.elders import Alert, Alerts, Elders, Look, Looks, Private, Reach, Relative, Seen
from care.services.ports.inbox import Inbox, Received
from care.services.ports.items import Items
from care.services.ports.media import Media, MediaStore, Medium
from care.services.ports.people import Binding, Bindings, LinkProblem, People
from care.services.ports.shares import Share, Shares
from care.services.ports.telling import ALARM, Address, Card, Cards, Face, Messages, Outbox, Posted, Step, Telling
from care.services.ports.transaction import Clock, Database, Transaction, UnitOfWork

__all__ = [
    "ALARM",
    "Address",
    "Alert",
    "Alerts",
    "Asked",
    "Binding",
    "Bindings",
    "Card",
    "Cards",
    "Clock",
    "Database",
    "Elders",
    "Face",
    "Inbox",
    "Items",
    "LinkProblem",
    "Look",
    "Looks",
    "Media",
    "MediaStore",
    "Medium",
    "Messages",
    "Outbox",
    "People",
    "Posted",
    "Private",
    "Question",
    "Questions",
    "Reach",
    "Received",
    "Relative",
    "Seen",
    "Share",
    "Shares",
    "Step",
    "Telling",
    "Transaction",
    "UnitOfWork",
]
