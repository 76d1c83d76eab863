"""A check-in: one elder, one day, one time. Whether she is asked, what her silence means, and when.

A decision is pure and says why. Silence is never ambiguous: its clock starts when the network has accepted the prompt,
and it stops while we were not there to hear. Nobody is called silent who was not asked. All times are aware UTC.
Figures: PRODUCT, Flow 2; they come with `CheckInRules`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil


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
    CRY = "cry"  # 🆘, words that alarm or tell of trouble: she lives, and nobody may say that she is well
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

    `asked_at` is when the network accepted the question; `away`: for so long we could not hear since then. `late`: so
    late, after an outage, that the group hears of it. `maybe_answered`: something of hers was still unread when a step
    of her silence was taken. `id` 0: not on file yet.
    """

    id: int = 0
    version: int = 0
    elder: int
    day: date
    due_at: datetime
    opens_at: datetime
    final_at: datetime
    outcome: Outcome = Outcome.NOT_ASKED
    why: Why = Why.NOT_YET
    how: How | None = None
    by: int | None = None  # whose word or deed the evidence is
    told_at: datetime | None = None  # the question went into the outbox
    asked_at: datetime | None = None
    away: timedelta = timedelta(0)
    reminded: int = 0
    family_at: datetime | None = None
    raised_at: datetime | None = None
    sign_at: datetime | None = None  # the latest sign of life that counts for it
    late: bool = False
    maybe_answered: bool = False
    item: int | None = None  # what her silence has become

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.outcome in (Outcome.OK, Outcome.PAUSED) or (
            self.outcome is Outcome.NOT_ASKED and self.why not in (Why.NOT_YET, Why.ON_ITS_WAY)
        )

    @property
    def silent(self) -> bool:
        """Whether she was asked and nothing was heard of her."""
        return self.outcome is Outcome.MISSED

    def counts(self, sent_at: datetime) -> bool:
        """Whether a sign of life sent at that moment (the message's own date) is one for this check-in."""
        return self.opens_at <= sent_at < self.final_at

    def within(self, moment: datetime) -> datetime:
        """The moment, moved into the time in which signs count: for a press that names this check-in and has no date.

        One that waited at the network may arrive after all is final, and was made while it was not.
        """
        return min(max(moment, self.opens_at), self.final_at - timedelta(microseconds=1))

    def sign(self, sent_at: datetime, how: How = How.OTHER) -> CheckIn:
        """She gave a sign of life; one that does not count for it changes nothing. The first is the evidence."""
        if not self.counts(sent_at):
            return self
        if self.outcome is Outcome.OK and self.by == self.elder:
            return replace(self, sign_at=max(sent_at, self.sign_at or sent_at))
        why = Why.EARLY if self.told_at is None and sent_at <= self.due_at else Why.ANSWERED
        return replace(self, outcome=Outcome.OK, why=why, how=how, by=self.elder, sign_at=sent_at)

    def found_well(self, by: int, at: datetime, why: Why, how: How | None = None) -> CheckIn:
        """Somebody else has reached her: `why` is FAMILY or SEEN. What was known before stays: a word that came first,
        that she is away or has left."""
        if self.outcome in (Outcome.OK, Outcome.PAUSED) or self.why is Why.NOT_JOINED:
            return self
        return replace(self, outcome=Outcome.OK, why=why, how=how, by=by, sign_at=at)

    def unfound(self, by: int, at: datetime) -> CheckIn:
        """Whoever said that she was found well had slipped: it is as it was before that word of his, of then.

        Her own word stays, and so does another's.
        """
        if self.why not in (Why.FAMILY, Why.SEEN) or (self.by, self.sign_at) != (by, at):
            return self
        before = replace(self, outcome=Outcome.NOT_ASKED, how=None, by=None, sign_at=None)
        if self.asked_at is not None:
            return replace(before, outcome=Outcome.MISSED, why=Why.SILENT)
        # A question that had gone into the outbox may get there yet, or was taken back: it is not put twice.
        return replace(before, why=Why.NOT_YET if self.told_at is None else Why.ON_ITS_WAY)

    def unstopped(self) -> CheckIn:
        """That she is away was a slip: a question that she had been asked waits for her answer, as before."""
        if self.outcome is not Outcome.PAUSED or self.asked_at is None or self.item is not None:
            return self
        return replace(self, outcome=Outcome.MISSED, why=Why.SILENT)

    def told(self, at: datetime, *, late: bool = False) -> CheckIn:
        """The question is in the outbox: she is not asked yet."""
        return replace(self, told_at=at, why=Why.ON_ITS_WAY, late=late)

    def accepted(self, at: datetime, *, late: bool = False) -> CheckIn:
        """The network has taken the question: from now on silence is silence, until she says something.

        Where it was settled while the question was on its way, it stays so.
        """
        if self.asked_at is not None:  # the same question twice, after a crash: the first counts
            return self
        if self.settled:
            return replace(self, asked_at=at)
        return replace(self, asked_at=at, outcome=Outcome.MISSED, why=Why.SILENT, late=self.late or late)

    def not_asked(self, why: Why) -> CheckIn:
        """She was not asked, and nobody may call her silent."""
        if self.outcome is Outcome.OK or self.asked_at is not None:
            return self
        return replace(self, outcome=Outcome.NOT_ASKED, why=why)

    def stopped(self, why: Why) -> CheckIn:
        """She is away or has left (PAUSED, NOT_JOINED): she is not asked, or need not answer any more."""
        if self.outcome is Outcome.OK:
            return self
        return replace(self, outcome=Outcome.PAUSED if why is Why.PAUSED else Outcome.NOT_ASKED, why=why)

    def reopened(self) -> CheckIn:
        """She is back before it was due: it is as if she had not been away."""
        if self.told_at is not None or self.outcome is Outcome.OK:
            return self
        return replace(self, outcome=Outcome.NOT_ASKED, why=Why.NOT_YET)

    def did(self, do: Do, at: datetime, *, maybe_answered: bool = False) -> CheckIn:
        """A step of her silence was taken (REMIND, TELL_FAMILY, RAISE)."""
        marked = replace(self, maybe_answered=self.maybe_answered or maybe_answered)
        match do:
            case Do.REMIND:
                return replace(marked, reminded=self.reminded + 1)
            case Do.TELL_FAMILY:
                return replace(marked, family_at=at)
            case Do.RAISE:
                return replace(marked, raised_at=at)
            case _:
                raise ValueError(f"{do} is no step of a silence")

    def heard_but(self, spans: Iterable[tuple[datetime, datetime]]) -> CheckIn:
        """In these spans (began, ended; none within another) we could not hear: the steps of her silence move by what
        of them came after she was asked. In whole seconds, rather one more than one less."""
        if (asked := self.asked_at) is None:
            return self
        away = sum((max(timedelta(0), ended - max(began, asked)) for began, ended in spans), timedelta(0))
        away = timedelta(seconds=ceil(away.total_seconds()))
        return self if away == self.away else replace(self, away=away)
