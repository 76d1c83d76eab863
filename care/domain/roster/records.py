"""What a roster says, typed: people with their posts, and what is known of an elder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from care.domain.elders import ElderState, Mode, Sex
from care.domain.people import Post

ReadPhone = Callable[[str], str | None]
"""How a telephone number is understood: the number as +8613912345678, or None for what is none."""


@dataclass(frozen=True)
class SheetRow:
    """One row as it stands in the file; `number` is the spreadsheet's (the header is row 1)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table of text: the header, and the rows below it."""

    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Contact:
    """Whom to call for an elder; `phone` is E.164."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Elder:
    """What the roster knows of somebody who is looked after. Times of day are the community's wall clock."""

    consent: date | None = None  # the day of the agreement on paper
    mode: Mode = Mode.BUTTON
    prompt_at: tuple[time, ...] = ()  # empty: the installation's default
    routine: str | None = None
    health: str | None = None
    lives_with: str | None = None
    key_holder: str | None = None
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """One person of the file, all rows of one `ref` together. `phone` is E.164."""

    ref: str
    rows: tuple[int, ...]
    name: str
    called: str | None = None
    sex: Sex | None = None
    birth_year: int | None = None
    building: str | None = None
    address: str | None = None
    phone: str | None = None
    language: str | None = None
    telegram_id: int | None = None
    posts: frozenset[Post] = frozenset()
    elder: Elder | None = None
    elder_refs: tuple[str, ...] | None = None  # whose family; None where the file does not call the person family


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """What an import must know of those who are on file already."""

    telegram: Mapping[int, str] = field(default_factory=dict)  # network id -> ref, of those who have a ref
    elders: Collection[str] = frozenset()  # refs of elders


def state_of(elder: Elder, *, before: ElderState | None, consent_before: date | None, has_telegram: bool) -> ElderState:
    """Whether an elder takes part once the roster has spoken.

    An agreement on paper counts where she can be greeted at all: in the chat, or in a way that needs no phone. Who
    agreed in the chat stays joined without a paper. Who left stays away until a newer paper says otherwise.
    """
    if before is ElderState.LEFT and (elder.consent is None or elder.consent == consent_before):
        return ElderState.LEFT
    if not (has_telegram or elder.mode.phone_free):
        return ElderState.INVITED
    if elder.consent is not None or before is ElderState.JOINED:
        return ElderState.JOINED
    return ElderState.INVITED
