"""Who is spoken to: language and clock; and how words are made to fit."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from care.domain.elders import Form, Title
from care.locale import say
from care.services.naming import Named

TEXT_LIMIT = 4096  # UTF-16 units of a message; Bot API, sendMessage
CAPTION_LIMIT = 1024  # of a caption; Bot API, sendPhoto


@dataclass(frozen=True)
class Speaker:
    """Says sentences in one language, and times as the reader's clock shows them."""

    language: str
    zone: ZoneInfo
    now: datetime

    def __call__(self, key: str, /, **blanks: str | int) -> str:
        """The sentence of that key."""
        return say(self.language, key, **blanks)

    def at(self, moment: datetime) -> str:
        """`10:02`, or with its date when that is not today: `11月21日 10:02`."""
        local = moment.astimezone(self.zone)
        clock = self.clock(moment)
        if self._days_ahead(moment) == 0:
            return clock
        return self("time.on_day", month=local.month, day=local.day, clock=clock)

    def clock(self, moment: datetime) -> str:
        """`10:02`."""
        return f"{moment.astimezone(self.zone):%H:%M}"

    def day(self, moment: datetime) -> str:
        """`今天`, `明天`, else its date."""
        near = {0: "time.today", 1: "time.tomorrow"}.get(self._days_ahead(moment))
        return self(near) if near else self.date(moment)

    def date(self, moment: datetime) -> str:
        """`11月29日`."""
        local = moment.astimezone(self.zone)
        return self("time.date", month=local.month, day=local.day)

    def elder(self, title: Title) -> str:
        """`王奶奶`: how others speak of an elder, and how she is greeted; never the bare full name."""
        return title.called or self(f"title.{title.form}", surname=title.surname)

    def to_elder(self, title: Title) -> str:
        """`王奶奶`, spoken to herself: where neither the roster nor her age says how, simply `您`."""
        return self("title.you") if title.called is None and title.form is Form.UNKNOWN else self.elder(title)

    def named(self, named: Named) -> str:
        """`王奶奶(秀英·81) 3号楼`: how an elder is named to those who look after her; not yet HTML."""
        return " ".join(part for part in (self.short_name(named), named.building) if part)

    def short_name(self, named: Named) -> str:
        """`王奶奶(秀英·81)`: the same where the building is known already."""
        title = self.elder(named.title)
        return f"{title}({named.suffix})" if named.suffix else title

    def _days_ahead(self, moment: datetime) -> int:
        return (moment.astimezone(self.zone).date() - self.now.astimezone(self.zone).date()).days


def escape(words: str) -> str:
    """People's words as HTML text."""
    return html.escape(words, quote=False)


def shorten(words: str, room: int) -> str:
    """The words within `room` UTF-16 units, with an ellipsis where they were cut."""
    if units(words) <= room:
        return words
    kept = words.encode("utf-16-le")[: max(0, room - 1) * 2].decode("utf-16-le", errors="ignore")
    return kept.rstrip() + "…"


def units(words: str) -> int:
    """Length as Telegram counts it."""
    return len(words.encode("utf-16-le")) // 2
