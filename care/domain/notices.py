"""What is to be told: typed, rendered only when it is sent, so that it is never stale and speaks the reader's language.

A notice holds ids and never the words of a person; whoever renders it reads the words anew.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Lane(StrEnum):
    """How much haste a message has; strict priority in this order."""

    URGENT = "urgent"
    ANSWER = "answer"
    ROUTINE = "routine"
    BULK = "bulk"

    @property
    def rank(self) -> int:
        """0 goes first."""
        return list(Lane).index(self)


class _Notice(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def about(self) -> int | None:
        """The number of the item it speaks of, if any."""
        return getattr(self, "item", None)


class Sentence(_Notice):
    """One sentence of the catalogue by its key, with blanks that hold nothing personal (numbers, area names)."""

    kind: Literal["sentence"] = "sentence"
    key: str
    args: dict[str, str | int] = {}
    item: int | None = None


class PlaceQuestion(_Notice):
    """To a reporter: where is it? With the keyboard of places."""

    kind: Literal["place_question"] = "place_question"
    item: int


class WhereQuestion(_Notice):
    """To a reporter: the workers cannot find the place."""

    kind: Literal["where_question"] = "where_question"
    item: int


class NotYetQuestion(_Notice):
    """To a reporter who said 没解决: what is left to do?"""

    kind: Literal["not_yet_question"] = "not_yet_question"
    item: int


class ProofQuestion(_Notice):
    """Where ✅ 办结 was pressed: the proof, please; `asked` is the presser's person id."""

    kind: Literal["proof_question"] = "proof_question"
    item: int
    asked: int


class DismissQuestion(_Notice):
    """Where 🚫 was pressed: why? `asked` is the presser's person id."""

    kind: Literal["dismiss_question"] = "dismiss_question"
    item: int
    asked: int
    in_words: bool = False  # he chose 📝 其他 and is asked for a sentence


class PromiseQuestion(_Notice):
    """Where 📅 was pressed: until when? `asked` is the presser's person id."""

    kind: Literal["promise_question"] = "promise_question"
    item: int
    asked: int


class TransferQuestion(_Notice):
    """Where ↪️ was pressed: where to? `asked` is the presser's person id; `people`: he chose 👤, so to whom?"""

    kind: Literal["transfer_question"] = "transfer_question"
    item: int
    asked: int
    people: bool = False


class TransferOffer(_Notice):
    """To somebody who was chosen under ↪️ 👤: would he take it? Once that is settled, how."""

    kind: Literal["transfer_offer"] = "transfer_offer"
    item: int


class TakenOver(_Notice):
    """To who had it: somebody above has it now."""

    kind: Literal["taken_over"] = "taken_over"
    item: int


class Ended(_Notice):
    """To the reporter: how it ended (settled with its proof, or needing nobody), with 👍 / ↩️."""

    kind: Literal["ended"] = "ended"
    item: int


class CalledAgain(_Notice):
    """A sounding reply to a card: a person is needed anew; `why` is the key's tail, as in `again.reopened`.

    `at`: when it was said; whatever was said or done about the item later makes it moot.
    """

    kind: Literal["called_again"] = "called_again"
    item: int
    why: str
    at: datetime | None = None
    who: int | None = None  # the person id of whom it speaks, as the claimer who seems to be busy


class Waiting(BaseModel):
    """One item that a reminder speaks of; once it is reminded of again, `at` is not its latest and the word is moot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: int
    at: datetime


class Reminder(_Notice):
    """To whoever has the cards of these items: nobody has taken them yet. One message for all that are due together."""

    kind: Literal["reminder"] = "reminder"
    waiting: tuple[Waiting, ...]
    mention: tuple[int, ...] = ()  # person ids
    daily: bool = False  # they have waited for days

    @property
    def about(self) -> int | None:
        """The item, where it speaks of one only."""
        return self.waiting[0].item if len(self.waiting) == 1 else None


class Climbed(_Notice):
    """Where the next rung's people are in the same chat: that it has gone up; `whom` as in `whom.community`.

    `at`: as with `CalledAgain`.
    """

    kind: Literal["climbed"] = "climbed"
    item: int
    whom: str
    at: datetime | None = None


class HowIsIt(_Notice):
    """To the claimer, in private, or by a reply to the card where he cannot be reached: how is it going?"""

    kind: Literal["how_is_it"] = "how_is_it"
    item: int
    asked: int  # the claimer's person id
    at: datetime  # asked again, or answered: then this one is moot


class Alarm(_Notice):
    """To nobody on the network but to the operator's own means (`[alarm]`): nobody has it. The last rung."""

    kind: Literal["alarm"] = "alarm"
    item: int


# What calls somebody to an item, and what time asks: moot as soon as somebody has come, or said something later.
CALLS = (CalledAgain, Reminder, Climbed, HowIsIt)


class FullText(_Notice):
    """Where 📄 全文 was pressed: all that was said."""

    kind: Literal["full_text"] = "full_text"
    item: int


class AllMedia(_Notice):
    """Where 🖼 看全部 was pressed: photos and files, the `part`th message of them."""

    kind: Literal["all_media"] = "all_media"
    item: int
    part: int = 0


class MyReports(_Notice):
    """To a reporter: his latest reports and where they stand."""

    kind: Literal["my_reports"] = "my_reports"
    person: int


class Welcome(_Notice):
    """To somebody who pressed START: who we are and what he can do here."""

    kind: Literal["welcome"] = "welcome"
    person: int


class Help(_Notice):
    """What this person can do here, in a few lines."""

    kind: Literal["help"] = "help"
    person: int


class LanguageQuestion(_Notice):
    """中文 or English?"""

    kind: Literal["language_question"] = "language_question"


class BindQuestion(_Notice):
    """In a group, to a coordinator: which area is told here, who is in it, and in the end the proof that it works.

    `asked` is the coordinator's person id; `missed`: he named an area that there is not; `bound`: it is done.
    """

    kind: Literal["bind_question"] = "bind_question"
    asked: int
    area: str | None = None
    missed: bool = False
    bound: bool = False


class UnbindQuestion(_Notice):
    """In a group that serves several areas: which of them shall leave it?"""

    kind: Literal["unbind_question"] = "unbind_question"
    asked: int


class Menu(_Notice):
    """In a group: buttons for people who type no slashes; pinned where we may."""

    kind: Literal["menu"] = "menu"


class OpenList(_Notice):
    """What is still to be done: of a group, or in private of a coordinator (`person`)."""

    kind: Literal["open_list"] = "open_list"
    person: int | None = None


class ItemStory(_Notice):
    """One item with all that happened to it."""

    kind: Literal["item_story"] = "item_story"
    item: int


class NoAdmin(_Notice):
    """In a group where we are no admin: what we miss there."""

    kind: Literal["no_admin"] = "no_admin"


class HelpingHand(_Notice):
    """To a coordinator: `person`, who is not enrolled, can go; is he one of ours?"""

    kind: Literal["helping_hand"] = "helping_hand"
    item: int
    person: int


Notice = Annotated[
    Sentence
    | PlaceQuestion
    | WhereQuestion
    | NotYetQuestion
    | ProofQuestion
    | DismissQuestion
    | PromiseQuestion
    | TransferQuestion
    | TransferOffer
    | TakenOver
    | Ended
    | CalledAgain
    | Reminder
    | Climbed
    | HowIsIt
    | Alarm
    | FullText
    | AllMedia
    | MyReports
    | Welcome
    | Help
    | LanguageQuestion
    | BindQuestion
    | UnbindQuestion
    | Menu
    | OpenList
    | ItemStory
    | NoAdmin
    | HelpingHand,
    Field(discriminator="kind"),
]

_adapter: TypeAdapter[Notice] = TypeAdapter(Notice)


def to_json(notice: Notice) -> str:
    """The notice as it is kept in the outbox."""
    return _adapter.dump_json(notice).decode()


def from_json(text: str) -> Notice:
    """The notice again; raises pydantic's ValidationError for one that this version does not know."""
    return _adapter.validate_json(text)
