"""Elders and their families in the small town of `tests.harness`."""

from __future__ import annotations

from sqlalchemy import insert, update

from bot.sandbox.people import Phone
from care.services.checkins import plan_for
from storage import tables
from tests import planted
from tests.harness import Town

WANG, LI, SON, DAUGHTER = 51, 52, 61, 62  # network ids


async def an_elder(
    town: Town,
    user: int = WANG,
    name: str = "王秀英",
    *,
    ref: str = "E1",
    area: str = "g3",
    building: str = "3号楼",
    state: str = "joined",
    prompt_at: str | None = None,
    started: bool = True,
    **more: object,
) -> Phone:
    """An elder on the roster (81, a woman) with a phone of her own, and with secrets that no group may ever read.

    `more`: columns of `people` and `elders`.
    """
    phone = town.world.add_user(user, name)
    phone.started = started
    person = await town.enrol(phone, "elder", area, ref, name)
    told = {"sex": "f", "birth_year": 1945, "building": building}
    told |= {"address": f"{building}{planted.FLAT}", "phone": planted.PHONE}
    told |= {key: value for key, value in more.items() if key in tables.people.c}
    kept: dict[str, object] = {
        "health": planted.HEALTH,
        "key_holder": planted.KEY_HOLDER,
        "routine": planted.ROUTINE,
    }
    kept |= {key: value for key, value in more.items() if key in tables.elders.c}
    async with town.app.parts.db.write() as uow:
        await uow.link.run(update(tables.people).where(tables.people.c.id == person).values(told))
        row = {"person": person, "state": state, "mode": "button", "prompt_at": prompt_at}
        await uow.link.run(insert(tables.elders), row | {"state_since": town.clock.now()} | kept)
        elder = await uow.elders.find(person)
        assert elder is not None
        await plan_for(uow, elder, town.clock.now(), town.app.parts.rules)
    return phone


async def a_relative(town: Town, *elders: Phone, user: int = SON, name: str = "李强", ref: str = "F1") -> Phone:
    """One of their family, who has pressed START."""
    phone = town.world.add_user(user, name)
    phone.started = True
    person = await town.enrol(phone, "family", "g3", ref, name)
    async with town.app.parts.db.write() as uow:
        for elder in elders:
            hers = await uow.people.by_telegram(elder.id)
            assert hers is not None
            await uow.link.run(insert(tables.kin), {"family": person, "elder": hers.id})
    return phone
