"""Who may do what: one table of acts and of how a person stands to an item.

The same table rules groups and private chats. What is missing from it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

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
    NOTE = "note"
    SEE_ALL = "see_all"  # 📄 全文, 🖼 看全部
    TELL = "tell"  # the reporter's own answers: category, place, 满意, 没解决


class Standing(StrEnum):
    """How a person stands to an item; a set, for one may stand in several ways."""

    REPORTER = "reporter"
    CLAIMER = "claimer"
    MEMBER = "member"  # of a group that has the item's card
    WORKER = "worker"  # enrolled in the item's area, above it or below it
    MEDIATOR = "mediator"  # of the item's area or above it: for quarrels
    COORDINATOR = "coordinator"  # of the item's area or above it; admins of all


_HELPERS = frozenset({Standing.MEMBER, Standing.WORKER, Standing.COORDINATOR})
_ENROLLED = frozenset({Standing.WORKER, Standing.COORDINATOR})

ON_REPORTS: Mapping[Act, frozenset[Standing]] = {
    Act.CLAIM: _HELPERS,
    Act.RELEASE: frozenset({Standing.CLAIMER, Standing.COORDINATOR}),
    Act.STILL: frozenset({Standing.CLAIMER}),
    Act.SETTLE: _HELPERS | {Standing.CLAIMER},
    Act.DISMISS: _HELPERS,
    Act.ASK_WHERE: _HELPERS,
    Act.REOPEN: _HELPERS,
    Act.CONFIRM_SELF: _HELPERS,
    Act.APPROVE: frozenset({Standing.COORDINATOR}),
    Act.NOTE: _HELPERS | {Standing.CLAIMER, Standing.REPORTER},
    Act.SEE_ALL: _HELPERS,
    Act.TELL: frozenset({Standing.REPORTER}),
}

# Anything of an elder is for enrolled people only, whoever else is in the group.
GUARDED = frozenset({Kind.SOS, Kind.HELP, Kind.MISSED_CHECKIN, Kind.UNREACHABLE, Kind.DEVICE})
# Who settles quarrels; where the table lets a worker act, they do.
_MEDIATING = frozenset({Standing.MEDIATOR, Standing.COORDINATOR})
_OF_THE_ITEM = frozenset({Standing.CLAIMER, Standing.REPORTER})


def standings(person: Person, item: Item, tree: Tree, *, member: bool) -> frozenset[Standing]:
    """Every way in which the person stands to the item; `member`: belongs to a staff group that has its card."""
    found = set()
    if item.reporter == person.id:
        found.add(Standing.REPORTER)
    if item.claimed_by == person.id:
        found.add(Standing.CLAIMER)
    if member:
        found.add(Standing.MEMBER)
    if any(post.role in WORKING and _covers(post.area, item.area, tree) for post in person.posts):
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


def may(act: Act, person: Person, item: Item, tree: Tree, *, member: bool) -> bool:
    """Whether the table allows it. Nobody confirms his own work, and nobody dismisses a cry for help."""
    stands = standings(person, item, tree, member=member)
    if act is Act.DISMISS and item.kind in ONLY_BY_OUTCOME:
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
