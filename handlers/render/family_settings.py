"""What a relative can choose: what good news he hears of each elder; and the good news itself."""

from __future__ import annotations

from collections.abc import Sequence

from care.domain.elders import ElderRecord, GoodNews
from care.services.good_news import Morning, Week
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.family import who
from handlers.render.speaker import Speaker, shorten

Rows = tuple[tuple[Button, ...], ...]
MOST_ELDERS = 20
Chosen = Sequence[tuple[ElderRecord, GoodNews]]


def named(elders: Sequence[ElderRecord], say: Speaker) -> str:
    """`王奶奶、李爷爷`."""
    return say("pause.and").join(who(elder, say) for elder in elders)


def choices(chosen: Chosen, say: Speaker) -> Rows:
    """Under /help: of one elder what he hears, and that she is away; of several a button each."""
    if len(chosen) == 1:
        return settings_rows(*chosen[0], say)
    rows = []
    for elder, _ in chosen[:MOST_ELDERS]:
        label = say("button.family_settings", elder=say.elder(elder.title(_year(say))))
        rows.append((Button(shorten(label, 40), Press(B.FAMILY_SETTINGS, elder.id).pack()),))
    return tuple(rows)


def settings(elder: ElderRecord, choice: GoodNews, say: Speaker) -> Content:
    """Of one of several elders."""
    return Content(text=say("family.settings", elder=who(elder, say)), buttons=settings_rows(elder, choice, say))


def settings_rows(elder: ElderRecord, choice: GoodNews, say: Speaker) -> Rows:
    """The three choices, the present one marked; and 🧳."""
    rows = [(Button(_marked(one, choice, say), Press(B.GOOD_NEWS, elder.id, one).pack()),) for one in GoodNews]
    return (*rows, (Button(say("button.menu_pause"), Press(B.PAUSE_WHO, elder.id).pack()),))


def news(mornings: Sequence[Morning], weeks: Sequence[Week], say: Speaker) -> Content | None:
    """A line each; nothing where there is none: what is no good news he hears otherwise."""
    lines = [say("family.news_day", elder=who(one.elder, say), at=say.clock(one.at)) for one in mornings]
    lines += [line for week in weeks if (line := _week(week, say))]
    return Content(text="\n".join(lines), silent=True) if lines else None


def _week(week: Week, say: Speaker) -> str:
    days, elder = week.days, who(week.elder, say)
    if not days.well and not days.by_others:
        return say("family.news_away", elder=elder) if days.away else ""
    parts = [say("family.news_week", elder=elder, count=days.well)]
    if days.by_others:
        parts.append(say("family.news_others", count=days.by_others))
    if days.away:
        parts.append(say("family.news_some_away", count=days.away))
    return say("family.news_comma").join(parts) + say("family.news_stop")


def _marked(one: GoodNews, choice: GoodNews, say: Speaker) -> str:
    label = say(f"button.news_{one}")
    return f"✓ {label}" if one is choice else label


def _year(say: Speaker) -> int:
    return say.now.astimezone(say.zone).year
