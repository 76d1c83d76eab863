"""What is told of reports, of the ladder, of groups, and to whoever begins."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from care.domain.notices.base import Said


class Sentence(Said):
    """One sentence of the catalogue by its key, with blanks that hold nothing personal (numbers, area names)."""

    kind: Literal["sentence"] = "sentence"
    key: str
    args: dict[str, str | int] = Field(default_factory=dict)
    item: int | None = None


class PlaceQuestion(Said):
    """To a reporter: where is it? With the keyboard of places."""

    kind: Literal["place_question"] = "place_question"
    item: int


class WhereQuestion(Said):
    """To a reporter: the workers cannot find the place."""

    kind: Literal["where_question"] = "where_question"
    item: int


class NotYetQuestion(Said):
    """To a reporter who said 没解决: what is left to do?"""

    kind: Literal["not_yet_question"] = "not_yet_question"
    item: int


class ProofQuestion(Said):
    """Where ✅ 办结 was pressed: the proof, please; `asked` is the presser's person id."""

    kind: Literal["proof_question"] = "proof_question"
    item: int
    asked: int


class DismissQuestion(Said):
    """Where 🚫 was pressed: why? `asked` is the presser's person id."""

    kind: Literal["dismiss_question"] = "dismiss_question"
    item: int
    asked: int
    in_words: bool = False  # he chose 📝 其他 and is asked for a sentence


class PromiseQuestion(Said):
    """Where 📅 was pressed: until when? `asked` is the presser's person id."""

    kind: Literal["promise_question"] = "promise_question"
    item: int
    asked: int


class TransferQuestion(Said):
    """Where ↪️ was pressed: where to? `asked` is the presser's person id; `people`: he chose 👤, so to whom?"""

    kind: Literal["transfer_question"] = "transfer_question"
    item: int
    asked: int
    people: bool = False


class TransferOffer(Said):
    """To somebody who was chosen under ↪️ 👤: would he take it? Once that is settled, how."""

    kind: Literal["transfer_offer"] = "transfer_offer"
    item: int


class TakenOver(Said):
    """To who had it: somebody above has it now."""

    kind: Literal["taken_over"] = "taken_over"
    item: int


class Ended(Said):
    """To the reporter: how it ended (settled with its proof, or needing nobody), with 👍 / ↩️."""

    kind: Literal["ended"] = "ended"
    item: int


class CalledAgain(Said):
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


class Reminder(Said):
    """To whoever has the cards of these items: nobody has taken them yet. One message for all that are due together."""

    kind: Literal["reminder"] = "reminder"
    waiting: tuple[Waiting, ...]
    mention: tuple[int, ...] = ()  # person ids
    daily: bool = False  # they have waited for days

    @property
    def about(self) -> int | None:
        """The item, where it speaks of one only."""
        return self.waiting[0].item if len(self.waiting) == 1 else None


class Climbed(Said):
    """Where the next rung's people are in the same chat: that it has gone up; `whom` as in `whom.community`.

    `at`: as with `CalledAgain`.
    """

    kind: Literal["climbed"] = "climbed"
    item: int
    whom: str
    at: datetime | None = None


class HowIsIt(Said):
    """To the claimer, in private, or by a reply to the card where he cannot be reached: how is it going?"""

    kind: Literal["how_is_it"] = "how_is_it"
    item: int
    asked: int  # the claimer's person id
    at: datetime  # asked again, or answered: then this one is moot


class Alarm(Said):
    """To nobody on the network but to the operator's own means (`[alarm]`): nobody has it. The last rung."""

    kind: Literal["alarm"] = "alarm"
    item: int


# What calls somebody to an item, and what time asks: moot as soon as somebody has come, or said something later.
CALLS = (CalledAgain, Reminder, Climbed, HowIsIt)


class FullText(Said):
    """Where 📄 全文 was pressed: all that was said."""

    kind: Literal["full_text"] = "full_text"
    item: int


class AllMedia(Said):
    """Where 🖼 看全部 was pressed: photos and files, the `part`th message of them."""

    kind: Literal["all_media"] = "all_media"
    item: int
    part: int = 0


class MyReports(Said):
    """To a reporter: his latest reports and where they stand."""

    kind: Literal["my_reports"] = "my_reports"
    person: int


class Welcome(Said):
    """To somebody who pressed START: who we are and what he can do here."""

    kind: Literal["welcome"] = "welcome"
    person: int


class Help(Said):
    """What this person can do here, in a few lines."""

    kind: Literal["help"] = "help"
    person: int


class LanguageQuestion(Said):
    """中文 or English?"""

    kind: Literal["language_question"] = "language_question"


class BindQuestion(Said):
    """In a group, to a coordinator: which area is told here, who is in it, and in the end the proof that it works.

    `asked` is the coordinator's person id; `missed`: he named an area that there is not; `bound`: it is done.
    """

    kind: Literal["bind_question"] = "bind_question"
    asked: int
    area: str | None = None
    missed: bool = False
    bound: bool = False


class UnbindQuestion(Said):
    """In a group that serves several areas: which of them shall leave it?"""

    kind: Literal["unbind_question"] = "unbind_question"
    asked: int


class Menu(Said):
    """In a group: buttons for people who type no slashes; pinned where we may."""

    kind: Literal["menu"] = "menu"


class OpenList(Said):
    """What is still to be done: of a group, or in private of a coordinator (`person`)."""

    kind: Literal["open_list"] = "open_list"
    person: int | None = None


class ItemStory(Said):
    """One item with all that happened to it."""

    kind: Literal["item_story"] = "item_story"
    item: int


class NoAdmin(Said):
    """In a group where we are no admin: what we miss there."""

    kind: Literal["no_admin"] = "no_admin"


class HelpingHand(Said):
    """To a coordinator: `person`, who is not enrolled, can go; is he one of ours?"""

    kind: Literal["helping_hand"] = "helping_hand"
    item: int
    person: int


EverydayNotice = (
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
    | HelpingHand
)
