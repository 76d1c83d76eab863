"""Using up an invite, and what becomes of somebody who was met before he was known to be on the roster."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, and_, bindparam, delete, exists, func, or_, select, update

from care.domain.errors import StaleState
from care.domain.people import PROVISIONAL
from care.services.ports import LinkProblem
from storage.care_tables import (
    alerts,
    checkins,
    doors,
    erasures,
    inquiries,
    list_names,
    looks,
    pauses,
    recordings,
    shares,
)
from storage.link import Link, inserting
from storage.tables import elders, history, invites, items, kin, media, people, posts
from storage.telling_tables import WAITING, cards, messages, outbox, questions

# Every column that names a person who did or got something; rows that *describe* a person are dealt with one by one.
NAMES_A_PERSON: tuple[Column[Any], ...] = (
    items.c.reporter,
    items.c.about,
    items.c.offered_to,
    items.c.claimed_by,
    items.c.said_done_by,
    items.c.resolved_by,
    items.c.pledged_by,
    history.c.actor,
    history.c.reporter,
    history.c.about,
    history.c.offered_to,
    cards.c.person,
    outbox.c.person,
    messages.c.person,
    questions.c.person,
    media.c.by,
    invites.c.person,
    checkins.c.elder,
    checkins.c.by,
    pauses.c.elder,
    pauses.c.by,
    alerts.c.elder,
    alerts.c.person,
    doors.c.person,
    looks.c.who,
    looks.c.whom,
    recordings.c.elder,
    recordings.c.heard_by,
    shares.c.elder,
    erasures.c.person,
    list_names.c.elder,
    inquiries.c.person,
    inquiries.c.elder,
)

# What one person can have once only: who it is, and what else makes two of them the same.
_ONCE: tuple[tuple[Column[Any], tuple[Column[Any], ...]], ...] = (
    (questions.c.person, (questions.c.chat, questions.c.asked, questions.c.item)),
    (checkins.c.elder, (checkins.c.due_at,)),
    (alerts.c.person, (alerts.c.checkin,)),
    (alerts.c.person, (alerts.c.item,)),
    (erasures.c.person, ()),
    (inquiries.c.person, (inquiries.c.chat, inquiries.c.asked, inquiries.c.elder)),
    (inquiries.c.elder, (inquiries.c.chat, inquiries.c.asked, inquiries.c.person)),
)

# Fields of notices that hold a person id, or several.
PERSON_FIELDS = (
    "person",
    "asked",
    "who",
    "by",
    "mention",
    "elder",
    "family",
    "house",
    "among",
    "elders",
    "daily",
    "weekly",
)

_INVITE = select(invites).where(invites.c.token_hash == bindparam("hash")).with_for_update()
_BY_USER = select(people.c.id, people.c.ref, people.c.admin, people.c.language).where(
    people.c.telegram_id == bindparam("user")
)
_USE = update(invites).where(invites.c.id == bindparam("row"), invites.c.used_at.is_(None))


async def redeem(link: Link, token_hash: str, user: int, now: datetime) -> int | None:
    """The person that the invite was made for, from now on at this network id; None where it does not hold.

    It does not hold if it is unknown, too old, used by another, or if this user already is somebody else on the roster
    (a son who opens his mother's invite on his own phone). A new invite for somebody who changed phones moves him.
    """
    invite = (await link.run(_INVITE, {"hash": token_hash})).one_or_none()
    if invite is None:
        return None
    if invite.used_at is not None:
        return await _again(link, invite.person, user) if invite.used_by == user else None
    if now >= invite.expires_at:
        return None
    met = (await link.run(_BY_USER, {"user": user})).one_or_none()
    if met is not None and met.id != invite.person and on_the_roster(met.ref):
        return None
    used = await link.run(_USE, {"row": invite.id, "used_at": now, "used_by": user})
    if used.rowcount != 1:
        raise StaleState("the invite was used at the same moment")
    if met is None or met.id != invite.person:
        await _become(link, invite.person, user, met)
    return int(invite.person)


def on_the_roster(ref: str | None) -> bool:
    """Whether a ref is the community's own: who was enrolled in a chat has only one of ours."""
    return ref is not None and not ref.startswith(PROVISIONAL)


async def problem_of(link: Link, token_hash: str, now: datetime) -> LinkProblem:
    """Why `redeem` gives this user nobody, in the order in which it looks."""
    invite = (await link.run(_INVITE, {"hash": token_hash})).one_or_none()
    if invite is None:
        return LinkProblem.UNKNOWN
    if invite.used_at is not None:
        return LinkProblem.USED
    if now >= invite.expires_at:
        return LinkProblem.EXPIRED
    return LinkProblem.OTHERS  # the only reason left


async def _again(link: Link, person: int, user: int) -> int | None:
    """His own used invite: still him, unless he has moved to another phone since."""
    now_at = (await link.run(_BY_USER, {"user": user})).one_or_none()
    return person if now_at is not None and now_at.id == person else None


async def _become(link: Link, person: int, user: int, met: Row[Any] | None) -> None:
    """The invited person is at this network id; all of whom we had met there goes over to him."""
    values: dict[Any, Any] = {people.c.telegram_id: user}
    if met is not None:
        await link.run(update(people).where(people.c.id == met.id).values(telegram_id=None))
        values[people.c.admin] = or_(people.c.admin, met.admin)
        values[people.c.language] = func.coalesce(people.c.language, met.language)
    await link.run(update(people).where(people.c.id == person).values(values))
    if met is not None:
        await merge(link, met.id, person)


async def merge(link: Link, old: int, new: int) -> None:
    """Everything that names `old` names `new`; `old` is no more. State and history change alike (invariant I3)."""
    await _drop_doubles(link, old, new)
    for column in NAMES_A_PERSON:
        await link.run(update(column.table).where(column == old).values({column: new}))
    await _move_posts(link, old, new)
    await _move_elder(link, old, new)
    await _rename_in_notices(link, old, new)
    await link.run(delete(people).where(people.c.id == old))


async def _drop_doubles(link: Link, old: int, new: int) -> None:
    """What both have and only one can have: the question that was asked both, a family tie of both."""
    for whose, alike in _ONCE:
        twin = whose.table.alias()
        same = and_(twin.c[whose.name] == new, *(twin.c[one.name] == one for one in alike))
        await link.run(delete(whose.table).where(whose == old, exists().where(same)))
    away = exists().where(pauses.alias().c.elder == new)
    await link.run(delete(pauses).where(pauses.c.elder == old, pauses.c.ended_at.is_(None), away))
    for one, other in ((kin.c.family, kin.c.elder), (kin.c.elder, kin.c.family)):
        has = select(other).where(one == new).scalar_subquery()
        await link.run(delete(kin).where(one == old, or_(other.in_(has), other == new)))
        await link.run(update(kin).where(one == old).values({one: new}))


async def _move_posts(link: Link, old: int, new: int) -> None:
    held = select(bindparam("new_holder", new), posts.c.role, posts.c.area).where(posts.c.person == old)
    move = inserting(posts, link.dialect).from_select(["person", "role", "area"], held)
    await link.run(move.on_conflict_do_nothing(index_elements=["person", "role", "area"]))
    await link.run(delete(posts).where(posts.c.person == old))


async def _move_elder(link: Link, old: int, new: int) -> None:
    """What is kept of an elder goes along, unless the roster has told it of the other already."""
    known = exists().where(elders.alias().c.person == new)
    await link.run(update(elders).where(elders.c.person == old, ~known).values(person=new))
    await link.run(delete(elders).where(elders.c.person == old))


async def _rename_in_notices(link: Link, old: int, new: int) -> None:
    """Notices speak of the person who is there now: those still to be told, and those told that may be read anew."""
    named = or_(*(outbox.c.notice.contains(f"{before}{old}") for before in ":[,"))
    naming = or_(and_(WAITING, outbox.c.person == new), and_(or_(WAITING, outbox.c.message.is_not(None)), named))
    for row in (await link.run(select(outbox.c.id, outbox.c.notice).where(naming))).all():
        notice = json.loads(row.notice)
        renamed = notice | {field: _renamed(notice.get(field), old, new) for field in PERSON_FIELDS if field in notice}
        if renamed != notice:
            text = json.dumps(renamed, ensure_ascii=False)
            await link.run(update(outbox).where(outbox.c.id == row.id).values(notice=text))


def _renamed(value: object, old: int, new: int) -> object:
    if isinstance(value, list):
        return [new if one == old else one for one in value]
    return new if value == old else value
