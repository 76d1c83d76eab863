"""What is shown and told: cards that are reconciled, the outbox, and our messages on file.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from care.domain.notices import Lane, Notice


@dataclass(frozen=True)
class Address:
    """Where something is told: a chat, and its topic where it has topics."""

    chat: int
    thread: int | None = None


ALARM = Address(0)  # no chat of the network: what is told here is for the operator's own means (`[alarm]`)


class Face(StrEnum):
    """As what an item is shown in a chat."""

    CARD = "card"  # the card with its buttons
    RECEIPT = "receipt"  # the reporter's own message, edited along
    VEILED = "veiled"  # a quarrel in a group: neither text nor photo, no buttons
    MOVED = "moved"  # where it was before it was handed on: its title, and where it went


@dataclass(frozen=True, kw_only=True)
class Card:
    """One item's live message in one chat. The dispatcher edits it whenever `shown` lags `wanted`."""

    id: int
    item: int
    address: Address
    face: Face
    message: int | None  # the network's message id; None until posted, or when its id was never told to us
    has_photo: bool  # fixed when it is posted: a message's type never changes
    lane: Lane  # the haste of what is not shown yet
    wanted: int
    shown: int
    posted: bool
    person: int | None = None  # whose private chat it is
    media_key: str | None = None  # which picture it shows, so that an edit sends the picture only when it changed
    digest: str | None = None  # of all that it shows; None: not known


class Cards(Protocol):
    """Every item's cards."""

    async def want(
        self, item: int, address: Address, face: Face, *, lane: Lane = Lane.ROUTINE, person: int | None = None
    ) -> None:
        """There shall be such a card; raises its `wanted` if it is there already.

        One card per (item, address, face). The lane of what is not shown yet only ever becomes more hasty.
        """

    async def touch(self, item: int, faces: Collection[Face] | None = None, *, lane: Lane = Lane.ROUTINE) -> None:
        """What the item's cards show has changed: raise `wanted` of all (or of those with these faces)."""

    async def of_item(self, item: int) -> Sequence[Card]:
        """All its live cards; not those that were retired."""

    async def drop(self, card: int) -> None:
        """Forget the card and wish its message gone (as when an item is veiled, or moves to another area)."""

    async def retire(self, card: int) -> None:
        """The item was handed on: the card says so in place, without buttons, and is not touched any more."""

    async def retired(self, item: int) -> Sequence[Card]:
        """The cards that were retired."""

    async def adopt(self, item: int, chat: int, face: Face, message: int) -> None:
        """The card in that chat turns out to be this message (its id was not told to us when it was posted)."""

    async def lagging(self, limit: int, exclude: Collection[int] = ()) -> Sequence[Card]:
        """Cards whose `shown` lags `wanted` and that were not given up, by lane, then oldest wish; not those ids."""

    async def get(self, card: int) -> Card | None:
        """The card, if it still is."""

    async def showed(
        self,
        card: int,
        wanted: int,
        message: int | None,
        *,
        has_photo: bool,
        media_key: str | None,
        now: datetime,
        digest: str | None = None,
    ) -> None:
        """The message shows what was wanted at `wanted`; first time: it was posted as `message`."""

    async def lost(self, card: int) -> None:
        """Its message is gone from the chat: it is posted anew."""

    async def give_up(self, card: int, error: str) -> None:
        """It can never be shown there (kicked, blocked): stop trying until it is wanted again."""

    async def in_chat(self, chat: int) -> Sequence[Card]:
        """Its live cards in all its topics, of items that are not closed or dismissed, oldest first."""

    async def leave_topic(self, chat: int, thread: int, *, posted: int | None = None) -> None:
        """The topic is gone, with all that stood in it: its cards belong to the chat itself and are to be posted anew.

        `posted`: the card that stands in the chat itself already. What is over stays as it is, unposted.
        """

    async def revive(self, chat: int) -> int:
        """Cards in this chat that were given up, or never could be shown, are wanted again; how many.

        As when the bot is let in again, or unblocked. Of an item that is over only what stands there already is
        brought up to date, which rings nobody: its news is stale.
        """


class Step(StrEnum):
    """What an outbox row is to its item; with item and recipient it makes the idempotency key."""

    ANSWER = "answer"
    PLACE = "place"
    WHERE = "where"
    PROOF = "proof"
    DISMISS = "dismiss"
    NOT_YET = "not_yet"
    ENDED = "ended"
    AGAIN = "again"
    REMIND = "remind"
    ASK = "ask"
    CLIMB = "climb"
    PROMISE = "promise"
    TRANSFER = "transfer"
    OFFER = "offer"
    UNDO = "undo"
    ALARM = "alarm"
    HER = "her"  # an elder hears what becomes of her cry
    HEAR = "hear"  # her voice, to who listens
    HAND = "hand"  # somebody who is not enrolled can go: is he one of us?
    GROUP = "group"  # what a group, or those over it, hear of the group itself
    MENU = "menu"
    LIST = "list"
    NAMES = "names"  # a list of names, and what calls for it
    DIGEST = "digest"
    NO_ADMIN = "no_admin"
    SHEET = "sheet"  # an elder's sheet, to who claims or settles her matter
    OUTCOME = "outcome"  # what comes of an outcome, to who named it
    SPARED = "spared"  # to who was about to go: he need not
    GONE = "gone"  # to coordinators: is it true that she has died or moved away?
    PAUSE = "pause"  # of greetings that pause
    FAMILY = "family"  # an alarm to a relative
    ALL_CLEAR = "all_clear"  # how it ended, to exactly those who were told
    GREETING = "greeting"  # an elder's morning question, and the second one
    OUTAGE = "outage"  # to a group: who was greeted late, or not at all
    NEVER_REACHED = "never_reached"  # to a group: whose phone has never taken a greeting
    NEWS = "news"  # what somebody has decided, to those around him


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One row of the outbox: one notice to one recipient."""

    id: int
    lane: Lane
    address: Address
    person: int | None
    notice: Notice
    item: int | None
    step: str
    key: str
    reply_to: int | None
    not_before: datetime
    expires_at: datetime | None
    state: str  # pending | sending | sent | failed | expired | superseded
    attempts: int
    created_at: datetime
    message: int | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One of many notices that go out together."""

    notice: Notice
    to: Address
    key: str
    person: int | None = None
    expires_at: datetime | None = None


class Outbox(Protocol):
    """What is to be told, and what became of it."""

    async def tell(
        self,
        notice: Notice,
        to: Address,
        *,
        lane: Lane,
        step: str,
        key: str,
        now: datetime,
        person: int | None = None,
        reply_to: int | None = None,
        not_before: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> bool:
        """Put a notice in the outbox; False if that key is there already (then nothing changes)."""

    async def tell_many(self, tellings: Sequence[Draft], *, lane: Lane, step: str, now: datetime) -> None:
        """Put many notices of one sort in the outbox at once, each as `tell` would."""

    async def supersede_checkin(self, checkin: int) -> int:
        """No pending question of this check-in is wanted any more; how many there were."""

    async def supersede(self, item: int, steps: Collection[str], *, person: int | None = None) -> int:
        """Pending rows of these steps are not wanted any more; how many there were."""

    async def supersede_in(self, item: int, chat: int) -> int:
        """Nothing pending about the item is told in that chat (in any topic) any more; how many rows there were."""

    async def take_back(self, to: Address, step: str, *, any_topic: bool = False) -> int:
        """What of this step is pending in that chat and topic is not wanted any more; how many rows there were."""

    async def revise(self, row: int, notice: Notice) -> None:
        """The row says this from now on; what has been sent is changed by a wish (`Messages.wish_anew`)."""

    async def pending(self, now: datetime, limit: int, exclude: Collection[int] = ()) -> Sequence[Telling]:
        """Rows whose `not_before` has come, by lane, then age; `sending` ones too, but for the row ids in `exclude`.

        Never an alarm: that goes to no chat.
        """

    async def next_pending(self, now: datetime) -> datetime | None:
        """The earliest `not_before` after now among pending rows; alarms apart."""

    async def pending_alarms(self, now: datetime, limit: int, exclude: Collection[int] = ()) -> Sequence[Telling]:
        """Likewise the rows for `ALARM`, oldest first; not those of an item that somebody has claimed: they wait."""

    async def next_alarm(self, now: datetime) -> datetime | None:
        """The earliest `not_before` after now among the rows for `ALARM` that nobody's claim holds up."""

    async def get(self, row: int) -> Telling | None:
        """The row."""

    async def sent_as(self, chat: int, message: int) -> Telling | None:
        """The row that was sent as this message."""

    async def told(self, item: int, steps: Collection[str]) -> Sequence[Telling]:
        """Rows of these steps about the item that were sent, or are on their way, oldest first."""

    async def fates(self, item: int, step: str, person: int) -> Sequence[str]:
        """What became of every row of this step about the item for this person (`Telling.state`), oldest first."""

    async def sending(self, row: int) -> bool:
        """Mark it as in flight, counting the attempt; False if it is no longer pending or sending."""

    async def ended(
        self, row: int, state: str, *, message: int | None = None, error: str | None = None, now: datetime
    ) -> None:
        """What became of it: sent, failed, expired, or superseded."""

    async def retry(self, row: int, not_before: datetime, error: str) -> None:
        """Back to pending, not before then."""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One message of ours on file: what it was about."""

    chat: int
    message: int
    subject: str  # a Face's value, or the notice's kind
    item: int | None
    person: int | None
    posted_at: datetime


class Messages(Protocol):
    """Every message of ours, so that a reply to any of them finds its item, and old questions can be taken away."""

    async def record(self, posted: Posted) -> None:
        """Keep it (twice is once)."""

    async def find(self, chat: int, message: int) -> Posted | None:
        """What that message was about."""

    async def standing(self, chat: int, *subjects: str) -> Sequence[Posted]:
        """What of these sorts stands in the chat (in any topic) and has not been wished gone, oldest first."""

    async def reached(self, chat: int) -> bool:
        """Whether anything of ours has ever come there: nobody can be written to who never pressed START."""

    async def of_item(self, item: int) -> Sequence[Posted]:
        """Every message of ours about the item that is on file and not wished gone, oldest first."""

    async def wish_gone(self, chat: int, message: int, now: datetime) -> None:
        """It shall be deleted; from now on it does not stand there."""

    async def wish_bare(self, chat: int, message: int, now: datetime) -> None:
        """It shall lose its buttons."""

    async def wish_blank(self, chat: int, message: int, now: datetime) -> None:
        """It cannot be deleted any more: it shall lose its buttons, and other words shall stand in its place."""

    async def wish_anew(self, chat: int, message: int, now: datetime) -> None:
        """It shall say what its notice says by now, or be deleted where that is nothing any more."""

    async def wishes(self, limit: int) -> Sequence[tuple[int, int, str]]:
        """(chat, message, "gone" | "bare" | "blank" | "anew") not yet carried out, oldest first."""

    async def granted(self, chat: int, message: int, wish: str | None = None) -> None:
        """The wish (None: every wish) was carried out, or never can be."""
