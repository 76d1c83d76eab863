"""Who is known, and which area is told in which chat.

Times are aware UTC; persons are person ids; chats are the network's chat ids (64 bits).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from care.domain.people import Person, Role


@dataclass(frozen=True, kw_only=True)
class Binding:
    """That an area's people are told in this chat. `audience` is "staff" or "residents", the same for all of a chat."""

    area: str
    chat: int
    thread: int | None = None
    audience: str = "staff"


class LinkProblem(StrEnum):
    """Why an invite's link does not let somebody in."""

    USED = "used"
    EXPIRED = "expired"
    OTHERS = "others"  # it was made for somebody else, and who pressed it is on the roster himself
    UNKNOWN = "unknown"


class People(Protocol):
    """Who is known."""

    async def get(self, person: int) -> Person:
        """The person; raises NotFound."""

    async def by_telegram(self, user: int) -> Person | None:
        """The person with this network id, if known."""

    async def meet(self, user: int, name: str, language: str | None) -> Person:
        """The person with this network id, kept as a new, unenrolled one if unknown ; `name` is their own."""

    async def set_language(self, person: int, language: str) -> None:
        """Remember the language the person chose ("zh" or "en")."""

    async def enrol(self, person: int, role: Role, area: str) -> None:
        """Somebody met in a chat holds this post from now on; one without a ref gets a provisional one.

        By the next roster that names his network id, or the next invitation that he opens, he becomes that person.
        """

    async def building_of(self, person: int) -> str | None:
        """The building the roster says somebody lives in; for those who may go there."""

    async def holding(self, roles: Collection[Role], areas: Collection[str | None]) -> Sequence[Person]:
        """Everybody with one of these roles in one of these areas (None: posts that cover the whole tree)."""

    async def seen_acting(self, areas: Collection[str], since: datetime, limit: int) -> Sequence[Person]:
        """Who has taken, settled or answered for items of these areas since then, the latest first; the reachable."""

    async def admins(self) -> Sequence[Person]:
        """Everybody the config names as admin."""

    async def redeem(self, token_hash: str, user: int, name: str, language: str | None, now: datetime) -> Person | None:
        """Link the network id to the person an invite was made for and use the invite up.

        None if there is no such invite, or it is used or older than its `expires_at`. The same user redeeming his own
        used invite again gets his person. A user met before as an unenrolled person becomes the invited one: his items
        and messages go over to it.
        """

    async def problem_of(self, token_hash: str, now: datetime) -> LinkProblem:
        """Why `redeem` gives nobody for this invite."""


class Bindings(Protocol):
    """Which area is told in which chat."""

    async def all(self) -> Sequence[Binding]:
        """Every binding that holds; those to a chat that has put us out do not."""

    async def lost(self) -> Sequence[Binding]:
        """Bindings to chats that have put us out."""

    async def of_area(self, area: str) -> Binding | None:
        """The area's own chat, if it has one that we can reach."""

    async def of_chat(self, chat: int) -> Sequence[Binding]:
        """The bindings of one chat that hold, topics included."""

    async def bind(self, binding: Binding) -> None:
        """The area is told there from now on, instead of elsewhere; its audience is that of the whole chat."""

    async def unbind(self, area: str) -> None:
        """The area has no chat of its own any more; the config does not bind it again."""

    async def lose(self, chat: int, now: datetime) -> Sequence[Binding]:
        """The chat has put us out: its bindings do not hold; those that did until now."""

    async def find_again(self, chat: int) -> Sequence[Binding]:
        """The chat has let us in again: its bindings hold as before; those that did not until now."""

    async def leave_topic(self, chat: int, thread: int) -> Sequence[Binding]:
        """The topic is gone: what was bound to it is bound to the chat itself; what that was."""

    async def move_chat(self, old: int, new: int) -> None:
        """The group became a supergroup: bindings, cards, questions and what is to be told go to the new id.

        What stands in the old group can never be changed again, but its buttons still work (`now_known_as`).
        """

    async def now_known_as(self, chat: int) -> int:
        """The id that the chat has today: another one if it has become a supergroup."""
