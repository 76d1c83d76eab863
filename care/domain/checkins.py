"""A check-in: one elder, one day, one time. Whether she is asked, what her silence means, and when.

A decision is pure and says why. Silence is never ambiguous: its clock starts when the network has accepted the prompt,
and it stops while we were not there to hear. Nobody is called silent who was not asked. All times are aware UTC.
Figures: PRODUCT, Flow 2; they come with `CheckInRules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from care.domain.elders import ElderState


class Outcome(StrEnum):
    """What a check-in comes to; it has exactly one at any time (invariant I5)."""

    OK = "ok"  # who, how: also late
    MISSED = "missed"  # asked, and no sign of life
    PAUSED = "paused"
    NOT_ASKED = "not_asked"  # not yet, not joined, an outage, or it could not be delivered


class Why(StrEnum):
    """The evidence of an outcome, and the reason of a step."""

    NOT_YET = "not_yet"  # its time has not come
    NOT_JOINED = "not_joined"
    PAUSED = "paused"
    OUTAGE = "outage"  # we were away for so long that a good-morning makes no sense any more
    UNDELIVERABLE = "undeliverable"  # the network refuses it
    EARLY = "early"  # a sign of life came before the question was due
    ANSWERED = "answered"
    FAMILY = "family"  # a relative has reached her
    SEEN = "seen"  # somebody of the neighbourhood has
    ON_ITS_WAY = "on_its_way"  # told, and not accepted yet
    SILENT = "silent"


class How(StrEnum):
    """By what somebody showed that she is well."""

    KEY = "key"  # ✅ 我很好, on the keyboard or on a message
    TEXT = "text"
    VOICE = "voice"  # it stops the clock, and must be heard
    PHOTO = "photo"
    STICKER = "sticker"
    OTHER = "other"  # a place, a file, a contact
    FAMILY = "family"
    CALL = "call"
    VISIT = "visit"


class Do(StrEnum):
    """What time has us do for a check-in."""

    NOTHING = "nothing"
    SETTLE = "settle"  # its outcome is known without asking
    ASK = "ask"
    ASK_LATE = "ask_late"  # asked, and the group hears that we were away
    REMIND = "remind"  # a second, different question
    TELL_FAMILY = "tell_family"
    RAISE = "raise"  # an item: somebody goes and looks


@dataclass(frozen=True, kw_only=True)
class CheckInRules:
    """`[checkin]` of the config: its figures of time."""

    prompt_at: time = time(8)
    early_from: time = time(4)
    prompt_until: timedelta = timedelta(hours=3)
    remind_after: tuple[timedelta, ...] = (timedelta(minutes=30),)
    family_after: timedelta = timedelta(minutes=45)
    alert_after: timedelta = timedelta(minutes=90)
    between: timedelta = timedelta(hours=4)  # before a later check-in of the day signs count for so long
    unheard_after: timedelta = timedelta(minutes=15)  # a voice that nobody has listened to
    trouble_confirm: timedelta = timedelta(minutes=2)
    outage_after: timedelta = timedelta(minutes=5)  # shorter downtime is ignored
    catch_up_max: timedelta = timedelta(minutes=2)
    list_remind: tuple[timedelta, ...] = (timedelta(minutes=10), timedelta(minutes=20))


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    """One question to one elder. `opens_at`: signs of life count from then; `final_at`: its outcome stands for good.

    `asked_at` is when the network accepted the question; `away`: for so long we could not hear since then.
    """

    elder: int
    day: date
    due_at: datetime
    opens_at: datetime
    final_at: datetime
    outcome: Outcome = Outcome.NOT_ASKED
    why: Why = Why.NOT_YET
    by: int | None = None  # whose word or deed the evidence is
    told_at: datetime | None = None  # the question went into the outbox
    asked_at: datetime | None = None
    away: timedelta = timedelta(0)
    reminded: int = 0
    family_at: datetime | None = None
    raised_at: datetime | None = None
    sign_at: datetime | None = None  # the latest sign of life that counts for it

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.outcome in (Outcome.OK, Outcome.PAUSED) or (
            self.outcome is Outcome.NOT_ASKED and self.why not in (Why.NOT_YET, Why.ON_ITS_WAY)
        )

    def counts(self, sent_at: datetime) -> bool:
        """Whether a sign of life sent at that moment (the message's own date) is one for this check-in."""
        return self.opens_at <= sent_at < self.final_at

    def sign(self, sent_at: datetime) -> CheckIn:
        """She gave a sign of life; one that does not count for it changes nothing."""
        if not self.counts(sent_at):
            return self
        why = Why.EARLY if self.told_at is None and sent_at <= self.due_at else Why.ANSWERED
        return replace(self, outcome=Outcome.OK, why=why, by=self.elder, sign_at=sent_at)

    def found_well(self, by: int, at: datetime, why: Why) -> CheckIn:
        """Somebody else has reached her: `why` is FAMILY or SEEN. Her own word is the better evidence and stays."""
        if self.outcome is Outcome.OK and self.by == self.elder:
            return self
        return replace(self, outcome=Outcome.OK, why=why, by=by, sign_at=at)

    def told(self, at: datetime) -> CheckIn:
        """The question is in the outbox: she is not asked yet."""
        return replace(self, told_at=at, why=Why.ON_ITS_WAY)

    def accepted(self, at: datetime) -> CheckIn:
        """The network has taken the question: from now on silence is silence, until she says something."""
        if self.outcome is Outcome.OK:
            return replace(self, asked_at=at)
        return replace(self, asked_at=at, outcome=Outcome.MISSED, why=Why.SILENT)

    def not_asked(self, why: Why) -> CheckIn:
        """She was not asked, and nobody may call her silent."""
        return self if self.outcome is Outcome.OK else replace(self, outcome=Outcome.NOT_ASKED, why=why)

    def paused(self) -> CheckIn:
        """She is away, and is not asked."""
        return self if self.outcome is Outcome.OK else replace(self, outcome=Outcome.PAUSED, why=Why.PAUSED)

    def was_away(self, span: timedelta) -> CheckIn:
        """We could not hear for so long: the steps of her silence move by it."""
        return replace(self, away=self.away + span) if self.asked_at is not None else self


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is to be done now, why, and when to look again (None: never)."""

    do: Do
    why: Why
    look_again: datetime | None


def decide(checkin: CheckIn, joined: ElderState, paused: bool, rules: CheckInRules, now: datetime) -> Decision:
    """What happens next. Overdue steps of one silence fire together, the highest once."""
    if checkin.settled or now >= checkin.final_at:
        return Decision(do=Do.NOTHING, why=checkin.why, look_again=None)
    if checkin.told_at is None:
        return _before(checkin, joined, paused, rules, now)
    if checkin.asked_at is None:  # what becomes of the question comes back from its delivery
        return Decision(do=Do.NOTHING, why=Why.ON_ITS_WAY, look_again=checkin.final_at)
    return _silence(checkin, rules, now)


def _before(checkin: CheckIn, joined: ElderState, paused: bool, rules: CheckInRules, now: datetime) -> Decision:
    """Not asked yet: shall she be?"""
    if now < checkin.due_at:
        return Decision(do=Do.NOTHING, why=Why.NOT_YET, look_again=checkin.due_at)
    if joined is not ElderState.JOINED:
        return Decision(do=Do.SETTLE, why=Why.NOT_JOINED, look_again=None)
    if paused:
        return Decision(do=Do.SETTLE, why=Why.PAUSED, look_again=None)
    late = now - checkin.due_at
    if late > rules.prompt_until:
        return Decision(do=Do.SETTLE, why=Why.OUTAGE, look_again=None)
    return Decision(do=Do.ASK_LATE if late > rules.family_after else Do.ASK, why=Why.NOT_YET, look_again=now)


def _silence(checkin: CheckIn, rules: CheckInRules, now: datetime) -> Decision:
    """Asked, and no sign of life yet: the steps, highest first."""
    steps = list(_steps(checkin, rules))
    due = [do for at, do in steps if at <= now]
    if due:
        return Decision(do=due[0], why=Why.SILENT, look_again=now)
    ahead = min((at for at, _ in steps), default=checkin.final_at)
    return Decision(do=Do.NOTHING, why=Why.SILENT, look_again=min(ahead, checkin.final_at))


def _steps(checkin: CheckIn, rules: CheckInRules) -> Iterator[tuple[datetime, Do]]:
    """What is still to come of this silence. What a higher step has overtaken does not come any more."""
    if checkin.asked_at is None or checkin.raised_at is not None:
        return
    base = checkin.asked_at + checkin.away
    yield base + rules.alert_after, Do.RAISE
    if checkin.family_at is None:
        yield base + rules.family_after, Do.TELL_FAMILY
        for after in rules.remind_after[checkin.reminded : checkin.reminded + 1]:
            yield base + after, Do.REMIND


def checkins_of(
    elder: int, day: date, times: tuple[time, ...], zone: ZoneInfo, rules: CheckInRules
) -> tuple[CheckIn, ...]:
    """An elder's check-ins of one local day, in order; `times` are local, none: the default. DST-safe.

    Signs count from `early_from` for the first, for a later one in the 4 h before it and after the one before. Each is
    final at the next one, the last at the next day's `early_from`.
    """
    dues = sorted({_at(day, clock, zone) for clock in times or (rules.prompt_at,)})
    first_sign = _at(day, rules.early_from, zone)
    end = _at(day + timedelta(days=1), rules.early_from, zone)
    found = []
    for number, due in enumerate(dues):
        opens = min(first_sign, due) if number == 0 else max(due - rules.between, dues[number - 1])
        final = dues[number + 1] if number + 1 < len(dues) else end
        found.append(CheckIn(elder=elder, day=day, due_at=due, opens_at=opens, final_at=final))
    return tuple(found)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
