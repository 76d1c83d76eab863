"""kill -9 at random moments, restarted each time: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.sandbox.serve import serve
from care.domain.items import Action, State, fold
from storage.database import Database
from storage.tables import items, people, posts
from tests.chaos.street import GRIDS, Matter, Stage, Street
from tests.chaos.tally import Tally
from tests.harness import GEOJSON, config_for
from tests.processes import Exec, Home, Nursery

KILLS = 50
MATTERS = 170  # each a report, a claim and a proof
EVENTS = 25 * MATTERS  # what happens in the world while they are dealt with, about
SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)

pytestmark = pytest.mark.chaos


def config(base_url: str, folder: Path) -> dict[str, Any]:
    """Durations down to seconds, limits out of the way: this is about kills, other tests are about limits."""
    return config_for(
        base_url,
        folder,
        telegram={"messages_per_second": 100, "group_messages_per_minute": 100_000},
        items={"all_clear_after": "1s"},
        quiet_hours={"start": "00:00", "end": "00:00"},
    )


async def enrol(street: Street, folder: Path) -> None:
    """Couriers and workers are on the roster before the first start."""
    async with Database(f"sqlite:///{folder}/town.db", key_file=folder / "gridcare.key", lock=True) as db:
        areas = {chat: area for area, chat in zip(("g3", "g2"), GRIDS.values(), strict=True)}
        everybody = [(phone, "courier", "g3") for phone in street.couriers]
        everybody += [(w, "worker", areas[chat]) for chat, workers in street.workers.items() for w in workers]
        async with db.write() as uow:
            for phone, role, area in everybody:
                person = await uow.people.meet(phone.id, phone.user.name, None)
                known = update(people).where(people.c.id == person.id)
                await uow.link.run(known.values(ref=f"R{phone.id}", name=phone.user.name))
                await uow.link.run(insert(posts).values(person=person.id, role=role, area=area))


async def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    print(f"\nCHAOS_SEED={SEED}")
    rng = random.Random(SEED)
    street = Street(random.Random(rng.random()), MATTERS)
    tally = Tally(street.world, tmp_path / "town.db")
    (tmp_path / "grids.geojson").write_text(json.dumps(GEOJSON), "utf-8")
    await enrol(street, tmp_path)
    async with serve(street.world) as url, Nursery.open() as nursery:
        home = Home(tmp_path, config(url, tmp_path), nursery)
        people_act = asyncio.create_task(street.live())
        try:
            await kill_again_and_again(home, street, tally, rng)
            await come_to_rest(home, street, tally)
        finally:
            people_act.cancel()
    assert street.errors == []
    await check_each_matter(street, tmp_path)
    check_what_was_sent(street, tally)
    check_the_presses(street, tally)
    check_the_tables(tally)
    check_the_log(home)


async def kill_again_and_again(home: Home, street: Street, tally: Tally, rng: random.Random) -> None:
    began, seen = time.monotonic(), Counter[str]()
    for kill in range(KILLS):
        street.allowed = MATTERS // 3 + kill * MATTERS // KILLS
        genuine = kill % 10 == 0  # the others are forked from an interpreter that has imported everything
        life = await home.start(Exec() if genuine else None)
        if genuine:
            await life.until("ready")
        await a_while(street, rng)
        assert life.alive, f"it ended by itself: {list(life.events())[-3:]}"
        tally.presses_at_the_kill()
        halves = street.half_given()
        await life.kill()
        seen["half-given answers"] += sum(matter.stage is Stage.SORTED for matter in halves)
        seen["half-given proofs"] += sum(matter.stage is Stage.SAID_DONE for matter in halves)
        seen["kills before it was ready"] += not any(event["event"] == "ready" for event in life.events())
        await asyncio.sleep(0.02)  # what lies in the sockets is still carried out
        lost = tally.sends_at_the_kill()
        seen["messages in flight"] += lost
        seen["kills with a message in flight"] += bool(lost)
    print(f"{KILLS} kills in {time.monotonic() - began:.1f} s: {dict(seen)}")
    assert seen["half-given answers"] > 10
    assert seen["half-given proofs"] > 10


async def a_while(street: Street, rng: random.Random) -> None:
    """How long a life lasts: mostly so many calls of the bot, so that a slow machine gives it no fewer; or moments."""
    if rng.random() < 0.15:
        await asyncio.sleep(rng.uniform(0.02, 0.5))
        return
    enough = len(street.world.events) + rng.randrange(2 * EVENTS // KILLS)
    last, calm_since = 0, time.monotonic()
    while len(street.world.events) < enough and time.monotonic() - calm_since < 5.0:
        await asyncio.sleep(0.005)
        if len(street.world.events) > last:
            last, calm_since = len(street.world.events), time.monotonic()
    await asyncio.sleep(rng.uniform(0.0, 0.03))


async def come_to_rest(home: Home, street: Street, tally: Tally) -> None:
    """A last life, in which everything comes to its end."""
    began = time.monotonic()
    async with home.living(Exec()) as life:
        while time.monotonic() - began < 60:
            if street.finished and not tally.waiting():
                break
            assert life.alive
            assert street.errors == []
            await asyncio.sleep(0.1)
        print(f"at rest {time.monotonic() - began:.1f} s after the last start; {len(street.world.events)} events")
        assert street.unfinished() == []
        assert tally.waiting() == {}


async def check_each_matter(street: Street, folder: Path) -> None:
    """I2, I3, I4: each report is one item; its history holds each act once, and adds up to its state."""
    async with Database(f"sqlite:///{folder}/town.db", key_file=folder / "gridcare.key") as db, db.read() as uow:
        numbers = [row.number for row in await uow.link.run(select(items.c.number).order_by(items.c.number))]
        assert numbers == list(range(1, len(street.matters) + 1))
        for matter in street.matters:
            item, history = await uow.items.get(matter.number), await uow.items.history(matter.number)
            assert fold(matter.number, history) == item
            assert item.text == matter.words
            wanted = expected_history(matter)
            assert Counter((event.action, event.reason) for event in history) == wanted, matter
            assert item.state is (State.CLOSED if matter.content else State.RESOLVED)
            winner = await uow.people.get(item.resolved_by or 0)
            assert winner.telegram_id == matter.claimers[0].id
            assert item.proof == (None if matter.proof == "press" else matter.proof_words)
            proofs = await uow.media.of_item(matter.number, "proof")
            assert len(proofs) == (matter.proof in ("reply", "bare"))
            assert len(await uow.media.of_item(matter.number, "report")) == (matter.medium == "photo")


def expected_history(matter: Matter) -> Counter[tuple[Action, str]]:
    """What must have happened to a matter, each once."""
    events = [(Action.REPORT, ""), (Action.AMEND, "category"), (Action.SEND_OUT, "answered"), (Action.CLAIM, "")]
    if matter.place not in ("caption", "skip"):
        events.append((Action.AMEND, "place"))
    events += [(Action.SAY_DONE, ""), (Action.RESOLVE, "no_proof" if matter.proof == "press" else "proved")]
    if matter.content:
        events.append((Action.CONFIRM, "reporter"))
    return Counter(events)


def check_what_was_sent(street: Street, tally: Tally) -> None:
    """I12: nothing was sent twice but what was in flight at a kill; and everything was sent."""
    doubled = Counter[str]()
    copies = tally.copies()
    for (_, subject, _), sent in copies.items():
        twice = len(sent) - 1
        doubled[subject] += twice
        assert sum(one in tally.in_flight for one in sent) >= twice, (subject, sent)
    told = Counter(subject for _, subject, _ in copies)
    print(f"sent: {dict(told)}; sent again after a kill: {dict(+doubled)}")
    asked_where = sum(matter.place != "caption" for matter in street.matters)
    all_of_them = len(street.matters)
    assert told == {
        "card": all_of_them,
        "proof question": all_of_them,
        "receipt": all_of_them,
        "place question": asked_where,
        "end": all_of_them,
    }


def check_the_presses(street: Street, tally: Tally) -> None:
    """Every press was answered, but where the bot was killed with the answer under way; its effect has been checked."""
    silent = street.world.spinning()
    print(f"{len(street.world.queries)} presses, {len(silent)} whose answer a kill has swallowed")
    assert set(silent) <= tally.unanswered
    for matter in street.matters:
        for number, worker in enumerate(matter.claimers):
            answer = matter.pressed[f"claim{number}"].answer
            if answer is None:
                continue
            first = f"#{matter.number} 归您了，谢谢！"
            assert answer["text"].startswith(f"已由 {matter.claimers[0].user.name} 认领" if number else first), worker


def check_the_tables(tally: Tally) -> None:
    """I1, I9: every update is dealt with, none parked; every row of the outbox has come to its end."""
    assert tally.rows("SELECT count(*) FROM inbox WHERE state != 'done'") == [(0,)]
    assert tally.rows("SELECT count(*) FROM inbox WHERE body IS NOT NULL") == [(0,)]
    states = dict(tally.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
    print(f"outbox: {states}")
    assert states.keys() <= {"sent", "superseded"}
    assert tally.rows("SELECT count(*) FROM questions WHERE asked IN ('proof', 'place', 'details')") == [(0,)]


def check_the_log(home: Home) -> None:
    """Nothing was wrong but the kills."""
    loud = [event for event in home.events() if event.get("level") in ("error", "critical")]
    assert loud == [], loud[:3]
