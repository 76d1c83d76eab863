"""How far an item has got on its ladder: a record of its own, apart from who has it (the state)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How loud we have been, and when. Times are aware UTC.

    `climb_since`: opened, reopened or raised again. `since`: that, or transferred, given back or lapsed; reminding
    starts there. `climbed`: how many climbs it has taken since `climb_since`. `heard_at`: the claimer's last word, the
    claim itself at first. `silent_since`: the claim that lapsed in silence, if the last one did.
    """

    climb_since: datetime
    since: datetime
    climbed: int = 0
    reminded: int = 0  # since `since`
    reminded_at: datetime | None = None  # the last reminder or climb since `since`
    reminded_since_climb: int = 0  # or since `since`, whichever came later
    claimed_at: datetime | None = None
    heard_at: datetime | None = None
    asked: int = 0  # since `heard_at`
    asked_at: datetime | None = None
    climbed_silent: bool = False  # this claim's silence has climbed already
    silent_since: datetime | None = None
    raised_at: datetime | None = None  # raised again while somebody has it: he is asked at once
    promised_until: datetime | None = None
    promises: int = 0  # in all

    @property
    def last_word_at(self) -> datetime:
        """When somebody was last called to it, or somebody came: what called people before that is moot."""
        known = (self.since, self.reminded_at, self.claimed_at, self.heard_at)
        return max(at for at in known if at is not None)

    def claimed(self, at: datetime) -> Progress:
        """Somebody has it."""
        return replace(self._nobodys(), claimed_at=at, heard_at=at, silent_since=None)

    def heard(self, at: datetime) -> Progress:
        """Its claimer has said something."""
        return replace(self, heard_at=at, asked=0, asked_at=None, raised_at=None)

    def promised(self, at: datetime, until: datetime | None) -> Progress:
        """Its claimer says until when it will take: until then he is left in peace."""
        return replace(self.heard(at), promised_until=until, promises=self.promises + 1)

    def given_back(self, at: datetime) -> Progress:
        """It waits for somebody again; the climb still counts from its opening."""
        anew = replace(self._nobodys(), since=at, reminded=0, reminded_at=None, reminded_since_climb=0)
        return replace(anew, silent_since=None)

    def lapsed(self, at: datetime) -> Progress:
        """Its claimer has been asked in vain; his silence goes on counting, unless it was raised anew meanwhile."""
        return replace(self.given_back(at), silent_since=None if self.raised_at is not None else self.heard_at)

    def urged(self, at: datetime) -> Progress:
        """More urgent, or raised again: every clock starts anew, any promise is off; a claimer keeps it."""
        anew = Progress(climb_since=at, since=at, promises=self.promises)
        if self.claimed_at is None:
            return anew
        return replace(anew, claimed_at=self.claimed_at, heard_at=at, raised_at=at)

    def pressed_again(self, at: datetime) -> Progress:
        """The same cry for help once more.

        Its groups are reminded anew, and its claimer is asked at once. But whoever cries again and again must neither
        put off the next rung nor give a silent claimer more time: what has begun to run runs on.
        """
        if self.claimed_at is None:
            return replace(self, since=at, reminded=0, reminded_at=None, reminded_since_climb=0)
        return self if self.raised_at is not None else self.urged(at)

    def eased(self, at: datetime) -> Progress:
        """Less urgent: reminding starts anew at the milder pace, the climb still counts from its opening."""
        anew = replace(self, since=at, reminded=0, reminded_at=None, reminded_since_climb=0)
        return replace(anew, raised_at=None)

    def reminded_now(self, at: datetime) -> Progress:
        """Its group has been reminded."""
        more = self.reminded_since_climb + 1
        return replace(self, reminded=self.reminded + 1, reminded_at=at, reminded_since_climb=more)

    def climbed_now(self, at: datetime, to: int | None) -> Progress:
        """It is one rung higher (`to`: of how many climbs it has taken); that counts as a reminder."""
        silent = self.climbed_silent or self.claimed_at is not None
        climbed = self.climbed + 1 if to is None else to
        return replace(self, climbed=climbed, climbed_silent=silent, reminded_at=at, reminded_since_climb=0)

    def asked_now(self, at: datetime) -> Progress:
        """Its claimer has been asked how it is going."""
        return replace(self, asked=self.asked + 1, asked_at=at)

    def _nobodys(self) -> Progress:
        free = replace(self, claimed_at=None, heard_at=None, asked=0, asked_at=None)
        return replace(free, climbed_silent=False, promised_until=None, raised_at=None)
