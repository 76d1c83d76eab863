"""Who stands on a list, with the item that each silence has become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from care.domain.items import Item, State
from care.domain.name_lists import Rung, Sort
from care.services.ports import GroupList, ListName, UnitOfWork


@dataclass(frozen=True)
class OnList:
    """One name and its item."""

    name: ListName
    item: Item

    @property
    def open(self) -> bool:
        """Nobody has taken it."""
        return self.item.state is State.OPEN

    @property
    def needs_somebody(self) -> bool:
        """Nobody has taken it, or whoever has is silent."""
        silent = self.item.progress is not None and self.item.progress.climbed_silent
        return self.open or (self.item.state is State.CLAIMED and silent)

    @property
    def climbed(self) -> int:
        """How many climbs the item has taken by now."""
        return self.item.progress.climbed if self.item.progress else 0

    @property
    def called_here(self) -> bool:
        """Whether it is this list that rings for it: the highest that it has reached."""
        return self.name.climbed == self.climbed


async def on_list(uow: UnitOfWork, row: GroupList) -> Sequence[OnList]:
    """The names of a list of silences, in the order in which they came."""
    names = await uow.lists.names(row.id)
    items = await uow.items.several([name.item for name in names if name.item is not None])
    return [OnList(name, items[name.item]) for name in names if name.item is not None and name.item in items]


async def anybody_missing(uow: UnitOfWork, row: GroupList) -> bool:
    """Whether somebody on it has still to be seen, or heard."""
    if row.sort is Sort.VOICES:
        return any(name.waits for name in await uow.lists.names(row.id))
    return any(one.item.live for one in await on_list(uow, row))


def waiting_here(names: Sequence[OnList]) -> Sequence[OnList]:
    """For whom this list rings."""
    return [one for one in names if one.open and one.called_here]


def rung_of(row: GroupList, names: Sequence[OnList]) -> Rung | None:
    """What its reminders go by; None where it rings for nobody."""
    waiting = waiting_here(names)
    if not waiting:
        return None
    highest = max(waiting, key=lambda one: one.climbed)
    policy = highest.item.policy if highest.climbed > 0 else None
    return Rung(
        named_at=row.named_at,
        called_at=row.called_at,
        reminded=row.reminded,
        policy=policy,
        top=policy is not None and highest.climbed >= len(policy.climb_unclaimed),
    )
