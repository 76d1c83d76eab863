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
    """That an area's people are told in this chat. `audience` is "staff" or "residents"."""

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
        """Every binding."""

    async def of_area(self, area: str) -> Binding | None:
        """The area's own chat."""

    async def of_chat(self, chat: int) -> Sequence[Binding]:
        """The bindings of one chat, topics included."""

    async def move_chat(self, old: int, new: int) -> None:
        """The group became a supergroup: bindings, cards, messages, questions and outbox rows go to the new id."""
