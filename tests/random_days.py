"""Any day of two elders, at the level of the services, on a real database: what people do and what breaks is a script.

What the bot's loops do (sending, reading, looking at what is due) is done here in a few lines, so that a day takes a
tenth of a second; the acts, the rules, the rendering and the storage are the real ones. Each step of a silence is held
against what really happened, as the day itself knows it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from care.domain.areas import Area, Level, Tree
from care.domain.checkins import CheckIn, How, Outcome, Why
from care.domain.elders import PauseWhy
from care.domain.notices import Greeting
from care.domain.policy import DEFAULT_POLICIES
from care.domain.quiet import QuietHours
from care.domain.rules import Rules
from care.services import checkins, delivery, outages, pausing, planning, silence
from care.services.ports import Telling
from care.services.results import Outcome as Sent
from care.services.results import SendResult
from handlers.present import present_telling
from storage import tables
from storage.database import Database
from storage.unit import Unit

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 3)
START = datetime(2026, 11, 3, 3, tzinfo=ZONE).astimezone(UTC)
END = datetime(2026, 11, 4, 7, 59, tzinfo=ZONE).astimezone(UTC)
GRID = -100
RULES = Rules(
    community="海关社区",
    zone=ZONE,
    language="zh",
    tree=Tree.of([Area(id="g3", name="第三网格", level=Level.GRID)]),
    quiet=QuietHours(start=time(21), end=time(8), zone=ZONE),
    policies=DEFAULT_POLICIES,
)
FIGURES = RULES.checkin
SECOND = timedelta(seconds=1)
ELDERS = ((501, "王秀英", "08:00"), (502, "李桂兰", "08:00,20:00"))


class Event(NamedTuple):
    """Something that happens `at` minutes after four in the morning."""

    at: float
    what: str  # sign | press | kill | gone | block | unblock | pause | back | no_answer
    who: int = 0  # which elder
    how: How = How.TEXT
    minutes: float = 0  # how long it lasts


@dataclass(frozen=True)
class Script:
    """What happens. `lag`: seconds until a message is taken; `work`: until one of hers is dealt with."""

    events: tuple[Event, ...]
    lag: int = 0
    work: int = 0


@dataclass
class Sign:
    """A message or press of an elder on its way to us."""

    sent_at: datetime
    who: int
    how: How
    named: int | None = None  # the check-in of the greeting that she pressed, where it has no date
    came_at: datetime | None = None  # into our inbox
    update: int = 0
    backlog: bool = False
    dealt_with: bool = False


@dataclass
class Day:
    """The day as it goes on."""

    db: Database
    script: Script
    now: datetime = START
    down_until: datetime | None = None
    gone_since: datetime | None = None
    absences: list[tuple[datetime, datetime]] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    greeted: dict[int, list[int]] = field(default_factory=dict)  # who -> check-ins whose greetings she has on her phone
    accepted: dict[int, datetime] = field(default_factory=dict)
    seen: dict[int, CheckIn] = field(default_factory=dict)
    said_away: dict[int, list[datetime]] = field(default_factory=dict)
    persons: list[int] = field(default_factory=list)

    async def live(self) -> None:
        """From three in the morning to just before the next one's greeting."""
        await self._settle_in()
        events = sorted(self.script.events)
        while self.now < END:
            coming = START + timedelta(hours=1, minutes=events[0].at) if events else END
            stop = await self._next_stop()
            self.now = max(self.now, min(coming, stop, END))
            if events and coming <= self.now and coming <= stop:
                await self._happens(events.pop(0))
            await self._work()
        await self._judge()

    # ------------------------------------------------------------ the bot's loops, in short

    @property
    def up(self) -> bool:
        return self.down_until is None

    async def _next_stop(self) -> datetime:
        if self.down_until is not None:
            return self.down_until
        async with self.db.read() as uow:
            stops = [(await uow.next_dues()).get("checkin"), (await uow.next_dues()).get("outage")]
            pending = await uow.outbox.pending(self.now + timedelta(days=2), 100)
        stops += [max(one.not_before, one.created_at + timedelta(seconds=self.script.lag)) for one in pending]
        stops += [self._dealt_with_at(sign) for sign in self.signs if sign.came_at and not sign.dealt_with]
        found = [stop for stop in stops if stop is not None]
        return max(self.now, min(found)) if found else END

    async def _work(self) -> None:
        """Everything that is to be done at this moment: read first, then send, then look at what is due."""
        if self.down_until is not None and self.down_until <= self.now:
            await self._back()
        if not self.up:
            return
        for _ in range(50):
            await self._read()
            worked = await self._send()
            if not (worked + await self._sweep()):
                return
        raise AssertionError("it does not come to rest")

    def _dealt_with_at(self, sign: Sign) -> datetime:
        assert sign.came_at is not None
        return sign.came_at + (timedelta(0) if sign.backlog else timedelta(seconds=self.script.work))

    async def _read(self) -> None:
        for sign in self.signs:
            if sign.came_at is None or sign.dealt_with or self._dealt_with_at(sign) > self.now:
                continue
            async with self.db.write() as uow:
                her = await uow.elders.find(self.persons[sign.who])
                assert her is not None
                named = sign.named if sign.backlog else None
                sent = sign.came_at if sign.named is not None else sign.sent_at
                if sign.named is None or not sign.backlog or named is not None:
                    await checkins.sign_of_life(uow, her, sent, sign.how, self.now, RULES, checkin=named)
                await uow.inbox.done(sign.update)
            sign.dealt_with = True

    async def _send(self) -> int:
        async with self.db.read() as uow:
            pending = await uow.outbox.pending(self.now, 100)
        ready = [one for one in pending if one.created_at + timedelta(seconds=self.script.lag) <= self.now]
        for telling in ready:
            await self._tell(telling)
        return len(ready)

    async def _tell(self, telling: Telling) -> None:
        async with self.db.write() as uow:
            state, result = await self._fate(uow, telling)
            await uow.outbox.sending(telling.id)
            await uow.outbox.ended(telling.id, state, now=self.now)
            ended = Telling(**{**vars(telling), "state": state})
            await delivery.record(uow, ended, result, self.now, RULES)
        notice = telling.notice
        if isinstance(notice, Greeting) and state == "sent":
            who = telling.address.chat - ELDERS[0][0]
            self.greeted.setdefault(who, []).append(notice.checkin)
            if not notice.again:
                self.accepted.setdefault(notice.checkin, self.now)

    async def _fate(self, uow: Unit, telling: Telling) -> tuple[str, SendResult]:
        if telling.expires_at is not None and telling.expires_at <= self.now:
            return "expired", SendResult(outcome=Sent.NOT_DONE, error="expired")
        if await present_telling(uow, telling, RULES, self.now) is None:
            return "superseded", SendResult(outcome=Sent.NOT_DONE, error="nothing to say")
        if telling.address.chat in {ELDERS[who][0] for who in self.blocked}:
            return "failed", SendResult(outcome=Sent.GONE, error="blocked")
        return "sent", SendResult(outcome=Sent.SENT, message=telling.id)

    async def _sweep(self) -> int:
        async with self.db.read() as uow:
            due = await uow.checkins.due(self.now, 100)
            news = await uow.outages.due(self.now, 10)
        for number in news:
            async with self.db.write() as uow:
                await outages.outage_due(uow, number, self.now, RULES)
        if due:
            async with self.db.write() as uow:
                await silence.checkins_due(uow, due, self.now, RULES)
            await self._look_at_steps()
        return len(due) + len(news)

    async def _back(self) -> None:
        """Up again: what waited at the network is read before anything else; a long absence is on file."""
        assert self.gone_since is not None
        for sign in self.signs:
            if sign.came_at is None:
                await self._comes_in(sign, backlog=True)
        self.down_until = None
        await self._read()
        if self.now - self.gone_since > FIGURES.outage_after:
            self.absences.append((self.gone_since, self.now))
            async with self.db.write() as uow:
                await outages.over(uow, self.gone_since, self.now)
        self.gone_since = None

    async def _comes_in(self, sign: Sign, *, backlog: bool) -> None:
        sign.came_at, sign.backlog, sign.update = self.now, backlog, 1000 + self.signs.index(sign)
        async with self.db.write() as uow:
            await uow.inbox.add([(sign.update, ELDERS[sign.who][0], "{}")], self.now, backlog=backlog)

    # ------------------------------------------------------------ what people do, and what breaks

    async def _happens(self, event: Event) -> None:
        match event.what:
            case "sign":
                await self._sends(Sign(self.now, event.who, event.how))
            case "press" if self.greeted.get(event.who):
                named = self.greeted[event.who][int(event.minutes) % len(self.greeted[event.who])]
                await self._sends(Sign(self.now, event.who, How.KEY, named))
            case "kill" | "gone" if self.up:
                self.gone_since, self.down_until = self.now, self.now + timedelta(minutes=event.minutes)
            case "block":
                self.blocked.add(event.who)
            case "unblock":
                self.blocked.discard(event.who)
            case "pause" | "back" | "no_answer" if self.up:
                await self._says(event)

    async def _sends(self, sign: Sign) -> None:
        if sign.who in self.blocked:
            return
        self.signs.append(sign)
        if self.up:
            await self._comes_in(sign, backlog=False)

    async def _says(self, event: Event) -> None:
        """Somebody of her family says it; nobody is asked first whether she has written meanwhile."""
        async with self.db.write() as uow:
            her = await uow.elders.find(self.persons[event.who])
            son = await uow.people.by_telegram(600 + event.who)
            assert her is not None
            assert son is not None
            if event.what == "pause":
                until = DAY + timedelta(days=1 if event.minutes < 60 else 3)
                await pausing.pause(uow, her, until, PauseWhy.AWAY, son, self.now, RULES)
                self.said_away.setdefault(event.who, []).append(self.now)
            elif event.what == "back":
                await pausing.resume(uow, her, son, self.now, RULES)
            else:
                await checkins.raise_silence(uow, her, son, self.now, RULES)
        await self._look_at_steps(by_family=event.what == "no_answer")

    async def _settle_in(self) -> None:
        async with self.db.write() as uow:
            await uow.link.run(insert(tables.bindings), {"area": "g3", "chat": GRID, "thread": 0, "audience": "staff"})
            for number, (chat, name, times) in enumerate(ELDERS):
                her = await _person(uow, f"E{number}", name, chat, "elder")
                row = {"person": her, "state": "joined", "mode": "button", "prompt_at": times, "greeted_at": START}
                await uow.link.run(insert(tables.elders), row)
                son = await _person(uow, f"F{number}", f"儿子{number}", 600 + number, "family")
                await uow.link.run(insert(tables.kin), {"family": son, "elder": her})
                self.persons.append(her)
            page = await planning.look_through(uow, 0, START, START, RULES)
            await planning.carry_out(uow, page.plan, RULES)

    # ------------------------------------------------------------ what must hold

    async def _checkins(self) -> list[CheckIn]:
        async with self.db.read() as uow:
            return [one for one in await uow.checkins.since(self.persons, DAY) if one.day == DAY]

    async def _look_at_steps(self, *, by_family: bool = False) -> None:
        """Each new step of a silence is held against what has happened (I6, I7)."""
        for now in await self._checkins():
            before = self.seen.get(now.id)
            self.seen[now.id] = now
            if now.reminded > (before.reminded if before else 0):
                self._judge_step(now, FIGURES.remind_after[0], "asked again")
            if now.family_at is not None and (before is None or before.family_at is None) and not by_family:
                self._judge_step(now, FIGURES.family_after, "the family told")
            if now.raised_at is not None and (before is None or before.raised_at is None):
                after = None if by_family else FIGURES.alert_after
                self._judge_step(now, after, "raised")

    def _judge_step(self, checkin: CheckIn, after: timedelta | None, what: str) -> None:
        asked = self.accepted.get(checkin.id)
        assert asked is not None, f"I6: {what}, and she was never asked"
        heard = [sign for sign in self._counting(checkin) if sign.dealt_with]
        assert not heard, f"I6: {what}, and she had given a sign at {heard[0].sent_at}"
        unread = [one for one in self._counting(checkin) if one.came_at is not None and not one.dealt_with]
        for sign in unread:
            assert sign.came_at is not None
            if after is not None:
                assert self.now - sign.came_at >= FIGURES.catch_up_max, f"I6: {what} while a sign of hers was unread"
        if after is None:
            return
        listened = self._listened(asked)
        assert listened >= after - SECOND, f"I6: {what} after {listened} of silence that we heard"
        held = any(sign.came_at and self.now - sign.came_at < timedelta(minutes=6) for sign in self.signs)
        if what != "asked again" and not held and not self._lately_back():
            assert listened <= after + 2 * SECOND, f"I7: {what} only after {listened}"

    def _listened(self, since: datetime) -> timedelta:
        deaf = sum((max(timedelta(0), e - max(b, since)) for b, e in self.absences if e > since), timedelta(0))
        return self.now - since - deaf

    def _lately_back(self) -> bool:
        """What came due while we were away happens when we are back: after a short absence late."""
        return any(self.now - end <= SECOND for _, end in self.absences) or self._short_absence()

    def _short_absence(self) -> bool:
        starts = [START + timedelta(hours=1, minutes=e.at) for e in self.script.events if e.what in ("kill", "gone")]
        return any(timedelta(0) <= self.now - start <= FIGURES.outage_after + SECOND for start in starts)

    def _counting(self, checkin: CheckIn) -> list[Sign]:
        """The signs that count for it, whether they have reached us or not."""
        who = self.persons.index(checkin.elder)
        return [sign for sign in self.signs if sign.who == who and _counts(sign, checkin)]

    async def _judge(self) -> None:
        """In the evening of the next day: each check-in has one outcome, with its evidence (I5)."""
        for checkin in await self._checkins():
            who = self.persons.index(checkin.elder)
            signs = [sign for sign in self._counting(checkin) if sign.dealt_with]
            self._judge_outcome(checkin, signs, away=bool(self.said_away.get(who)))
        await self._judge_ends()

    def _judge_outcome(self, checkin: CheckIn, signs: Sequence[Sign], *, away: bool) -> None:
        match checkin.outcome:
            case Outcome.OK:
                assert signs, "I5: well, and by whose word?"
                assert checkin.by == checkin.elder
            case Outcome.MISSED:
                assert not signs, "I5: missed, and she had shown herself"
                assert checkin.id in self.accepted, "I6: missed, and never asked"
                self._judge_that_it_was_raised(checkin)
            case Outcome.PAUSED:
                assert away, "I5: paused by nobody"
                assert not signs
            case Outcome.NOT_ASKED:
                assert not signs
                assert checkin.id not in self.accepted, "I5: not asked, and she was"
                if checkin.final_at <= self.now:
                    assert checkin.why in (Why.OUTAGE, Why.UNDELIVERABLE), f"I5: {checkin.why}"

    def _judge_that_it_was_raised(self, checkin: CheckIn) -> None:
        """I7: a silence that lasted long enough has become an item."""
        asked = self.accepted[checkin.id]
        deaf = sum((max(timedelta(0), e - max(b, asked)) for b, e in self.absences if e > asked), timedelta(0))
        due = asked + FIGURES.alert_after + deaf
        if self.up and due + timedelta(minutes=10) < min(checkin.final_at, self.now):
            assert checkin.raised_at is not None, f"I7: silent since {asked}, and nobody goes there"
            assert checkin.item is not None

    async def _judge_ends(self) -> None:
        """I10: who was told of a silence that is over was told its end."""
        async with self.db.read() as uow:
            for checkin in await self._checkins():
                for alert in await uow.alerts.of_checkin(checkin.id):
                    item = await uow.items.get(alert.item) if alert.item is not None else None
                    if item is None and checkin.outcome is Outcome.OK and checkin.how is not How.VOICE:
                        assert alert.ended_at is not None, "I10: told of a silence, and never its end"
                    if item is not None and not item.live:
                        assert alert.ended_at is not None, "I10: told of an item, and never its end"


def _counts(sign: Sign, checkin: CheckIn) -> bool:
    """A press has no date: it counts as of when it came; one that had waited, only for what it names."""
    if sign.named is not None and sign.backlog:
        return sign.named == checkin.id
    return checkin.counts(sign.sent_at if sign.named is None else (sign.came_at or sign.sent_at))


async def _person(uow: Unit, ref: str, name: str, chat: int, role: str) -> int:
    row = {"ref": ref, "name": name, "telegram_id": chat, "admin": False, "sex": "f", "birth_year": 1945}
    person = (await uow.link.run(insert(tables.people).returning(tables.people.c.id), row)).scalar_one()
    await uow.link.run(insert(tables.posts), {"person": person, "role": role, "area": "g3"})
    return int(person)


async def live_through(script: Script, template: Path) -> None:
    """One day on a fresh database; raises AssertionError where an invariant is broken."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "day.db"
        shutil.copy(template, file)
        async with Database(f"sqlite:///{file}", key_file=Path(folder) / "key") as db:
            await Day(db, script).live()
