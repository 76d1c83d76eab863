"""Who may do what: one table of acts and of how a person stands to an item.

The same table rules groups and private chats. What is missing from it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from care.domain import states
from care.domain.areas import Tree
from care.domain.items import ONLY_BY_OUTCOME, Item, Kind
from care.domain.people import WORKING, Person, Role


class Act(StrEnum):
    """What somebody may want to do with an item."""

    CLAIM = "claim"
    RELEASE = "release"
    STILL = "still"  # ⏳ that he is at it
    SETTLE = "settle"
    DISMISS = "dismiss"
    ASK_WHERE = "ask_where"
    REOPEN = "reopen"
    CONFIRM_SELF = "confirm_self"  # 👍 that the reporter's own work is done
    APPROVE = "approve"  # ✅ 放行
    PROMISE = "promise"  # 📅 预计完成
    TRANSFER = "transfer"  # ↪️ 转派
    CLIMB = "climb"  # ⬆️ 上报
    TAKE_OVER = "take_over"  # 🤝 接手
    UNDO = "undo"  # ↶ 撤销
    NOTE = "note"
    SEE_ALL = "see_all"  # 📄 全文, 🖼 看全部
    STORY = "story"  # what has happened to it, in private
    TELL = "tell"  # the reporter's own answers: category, place, 满意, 没解决


class Standing(StrEnum):
    """How a person stands to an item; a set, for one may stand in several ways."""

    REPORTER = "reporter"
    CLAIMER = "claimer"
    OFFERED = "offered"  # has been asked to take it (↪️ to a person)
    ENDER = "ender"  # said that it is done, or that it needs nobody
    MEMBER = "member"  # of a group that has the item's card
    WORKER = "worker"  # enrolled in the item's area, above it or below it
    MEDIATOR = "mediator"  # of the item's area or above it: for quarrels
    COORDINATOR = "coordinator"  # of the item's area or above it; admins of all


_HELPERS = frozenset({Standing.MEMBER, Standing.WORKER, Standing.COORDINATOR})
_ENROLLED = frozenset({Standing.WORKER, Standing.COORDINATOR})

ON_REPORTS: Mapping[Act, frozenset[Standing]] = {
    Act.CLAIM: _HELPERS | {Standing.OFFERED},
    Act.RELEASE: frozenset({Standing.CLAIMER, Standing.COORDINATOR}),
    Act.STILL: frozenset({Standing.CLAIMER}),
    Act.SETTLE: _HELPERS | {Standing.CLAIMER},
    Act.DISMISS: _HELPERS,
    Act.ASK_WHERE: _HELPERS,
    Act.REOPEN: _HELPERS,
    Act.CONFIRM_SELF: _HELPERS,
    Act.APPROVE: frozenset({Standing.COORDINATOR}),
    Act.PROMISE: frozenset({Standing.CLAIMER, Standing.COORDINATOR}),
    Act.TRANSFER: _HELPERS | {Standing.CLAIMER},
    Act.CLIMB: _HELPERS | {Standing.CLAIMER},
    Act.TAKE_OVER: _HELPERS,
    Act.UNDO: frozenset({Standing.ENDER, Standing.COORDINATOR}),
    Act.NOTE: _HELPERS | {Standing.CLAIMER, Standing.OFFERED, Standing.REPORTER},
    Act.SEE_ALL: _HELPERS | {Standing.CLAIMER, Standing.OFFERED},
    Act.STORY: _HELPERS | {Standing.CLAIMER, Standing.OFFERED},
    Act.TELL: frozenset({Standing.REPORTER}),
}

# Anything of an elder is for enrolled people only, whoever else is in the group.
GUARDED = states.GUARDED
# Who settles quarrels; where the table lets a worker act, they do.
_MEDIATING = frozenset({Standing.MEDIATOR, Standing.COORDINATOR})
_OF_THE_ITEM = frozenset({Standing.CLAIMER, Standing.ENDER, Standing.REPORTER})

# What some matters never allow, whoever presses: a cry for help is neither dismissed nor put off nor handed round, and
# what an elder said is read on the claimer's sheet only.
NEVER: Mapping[Act, frozenset[Kind]] = {
    Act.DISMISS: ONLY_BY_OUTCOME,
    Act.PROMISE: GUARDED,
    Act.TRANSFER: GUARDED | {Kind.DISPUTE},
    Act.SEE_ALL: GUARDED,
}


def standings(person: Person, item: Item, tree: Tree, *, member: bool) -> frozenset[Standing]:
    """Every way in which the person stands to the item; `member`: belongs to a staff group that has its card."""
    found = set()
    if item.reporter == person.id:
        found.add(Standing.REPORTER)
    if item.claimed_by == person.id:
        found.add(Standing.CLAIMER)
    if item.offered_to == person.id:
        found.add(Standing.OFFERED)
    if item.resolved_by == person.id:
        found.add(Standing.ENDER)
    if member:
        found.add(Standing.MEMBER)
    if works_in(person, item.area, tree):
        found.add(Standing.WORKER)
    if any(post.role is Role.MEDIATOR and _holds_over(post.area, item.area, tree) for post in person.posts):
        found.add(Standing.MEDIATOR)
    if coordinates(person, item.area, tree):
        found.add(Standing.COORDINATOR)
    return frozenset(found)


def coordinates(person: Person, area: str | None, tree: Tree) -> bool:
    """Whether the person is a coordinator of that area or of one above it; admins are of all."""
    if person.admin:
        return True
    offices = [post.area for post in person.posts if post.role is Role.COORDINATOR]
    return any(_holds_over(office, area, tree) for office in offices)


def looks_after(person: Person, elder: int, area: str | None, tree: Tree) -> bool:
    """Whether the person is an enrolled worker or a coordinator of where that elder lives, and not she herself."""
    if person.id == elder:
        return False
    return works_in(person, area, tree) or coordinates(person, area, tree)


def works_in(person: Person, area: str | None, tree: Tree) -> bool:
    """Whether the person is enrolled to work in that area, above it or below it."""
    return any(post.role in WORKING and _covers(post.area, area, tree) for post in person.posts)


def may(act: Act, person: Person, item: Item, tree: Tree, *, member: bool) -> bool:
    """Whether the table allows it. Nobody confirms his own work, and a kind may forbid it (`NEVER`).

    Nobody comes to his own help: a liaison who is an elder too cannot take what is about herself.
    """
    stands = standings(person, item, tree, member=member)
    if item.kind in NEVER.get(act, ()):
        return False
    if item.kind in GUARDED and item.about == person.id and act is not Act.NOTE:
        return False
    if act is Act.CONFIRM_SELF and Standing.REPORTER in stands:
        return False
    allowed = ON_REPORTS.get(act, frozenset())
    if item.kind in GUARDED:
        allowed = allowed & (_ENROLLED | _OF_THE_ITEM)
    if item.kind is Kind.DISPUTE:  # a quarrel is settled out of the groups' sight
        allowed = (allowed | _MEDIATING if Standing.WORKER in allowed else allowed) & (_MEDIATING | _OF_THE_ITEM)
    return bool(stands & allowed)


def _holds_over(office: str | None, area: str | None, tree: Tree) -> bool:
    return office is None or area is None or tree.under(area, office)


def _covers(post: str | None, area: str | None, tree: Tree) -> bool:
    return post is None or area is None or tree.related(post, area)
