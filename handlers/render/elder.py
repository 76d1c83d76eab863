"""What an elder reads: short, warm, one thing at a time. Her two keys are the only keyboard she ever sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from care.domain.away import Absence
from care.domain.elders import ElderRecord, Form, Mode, PauseWhy
from care.domain.people import Person
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content, Key, Keyboard
from handlers.render.questions import pairs
from handlers.render.speaker import Speaker, escape

NOON = time(12)


@dataclass(frozen=True)
class Her:
    """An elder as she is spoken to. `times`: when she is asked each day, by the community's wall clock."""

    record: ElderRecord
    community: str
    times: tuple[time, ...]

    def name(self, say: Speaker) -> str:
        """`王奶奶`; empty where neither the roster nor her age says how she is addressed."""
        title = self.record.title(say.now.astimezone(say.zone).year)
        return "" if title.called is None and title.form is Form.UNKNOWN else escape(say.elder(title))

    def call(self, say: Speaker) -> str:
        """`王奶奶，` before a sentence, or nothing."""
        name = self.name(say)
        return say("elder.call", name=name) if name else ""

    def others_say(self, say: Speaker) -> str:
        """`王奶奶`: how she is spoken of; never the bare full name."""
        return escape(say.elder(self.record.title(say.now.astimezone(say.zone).year)))


def keys(say: Speaker) -> Keyboard:
    """✅ 我很好 and 🆘 需要帮助, one above the other, as tall as the phone allows, and always there."""
    rows = ((Key(say("key.well")),), (Key(say("key.cry")),))
    return Keyboard(rows, once=False, stays=True, tall=True)


def meeting(her: Her, say: Speaker) -> Content:
    """您愿意吗？"""
    row = (_button("willing", B.WILLING, say), _button("think", B.THINK, say))
    return Content(text=say("elder.meeting", **_who_we_are(her, say)), buttons=(row,))


def thinking_over(her: Her, say: Speaker) -> Content:
    """There is no haste; yes is one press away."""
    return Content(
        text=_capital(say("elder.no_haste", call=her.call(say))), buttons=((_button("willing", B.WILLING, say),),)
    )


def introduction(her: Her, say: Speaker, *, again: bool) -> Content:
    """For who has agreed on paper: who we are, and how it works, without the question."""
    if again:
        return Content(text=say("elder.keys_again", hello=_hello(her, say)), keyboard=keys(say))
    hello = say("elder.introduction", **_who_we_are(her, say))
    rehearsal = "" if her.record.mode.phone_free else say("elder.rehearsal")
    return Content(text=_lines(hello, rehearsal), keyboard=keys(say))


def rehearsal(her: Her, say: Speaker) -> Content:
    """咱们先练一次."""
    thanks = _capital(say("elder.thanks", call=her.call(say)))
    if her.record.mode.phone_free:
        return Content(text=thanks, keyboard=keys(say))
    return Content(text=_lines(thanks, say("elder.rehearsal")), keyboard=keys(say))


def warm(her: Her, say: Speaker, *, why: str, line: int, keyboard: bool) -> Content:
    """A warm word; `why` is the key's tail, for 我很好 one line of many."""
    key = f"elder.warm_{line}" if why == "well" else f"elder.{why}"
    text = _capital(say(key, call=her.call(say), **_rest(her, why, say)))
    buttons = {
        "well_invited": ((_button("willing", B.WILLING, say),),),
        "well_left": ((_button("willing", B.WILLING, say),),),
        "well_paused": ((_button("back", B.BACK, say),),),
    }.get(why, ())
    return Content(text=text, buttons=buttons, keyboard=keys(say) if keyboard and not buttons else None)


def elder_help(her: Her, say: Speaker, *, joined: bool) -> Content:
    """Two sentences, and what else she may want."""
    rows = [(_button("watchers", B.WATCHERS, say),)]
    if her.record.pause is not None:
        rows.append((_button("back", B.BACK, say),))
    elif joined:
        rows.append((_button("away", B.AWAY, say),))
    rows.append((_button("leave", B.LEAVE, say),) if joined else (_button("willing", B.WILLING, say),))
    return Content(text=_capital(say("elder.help", call=her.call(say))), buttons=tuple(rows))


def away_offer(her: Her, say: Speaker, why: PauseWhy) -> Content:
    """For how long?"""
    terms = [Button(say(f"away.{term}"), Press(B.AWAY_FOR, 0, f"{term}:{why}").pack()) for term in Absence]
    key = "elder.away_hospital" if why is PauseWhy.HOSPITAL else "elder.away"
    rows = (*pairs(terms), (_button("not_away", B.KEEP, say),))
    return Content(text=_capital(say(key, call=her.call(say))), buttons=rows)


def away(her: Her, say: Speaker, until: date | None) -> Content:
    """Until when her greetings rest; 我回来了 is one press away."""
    call = her.call(say)
    if until is None:
        text = say("elder.away_open", call=call)
    else:
        text = say("elder.away_until", call=call, month=until.month, day=until.day)
    return Content(text=_capital(text), buttons=((_button("back", B.BACK, say),),))


def share_question(say: Speaker, share: int, *, has_photo: bool) -> Content:
    """Is somebody to see to it?"""
    key, yes, no = ("photo", "share_report", "share_only") if has_photo else ("matter", "matter_report", "matter_only")
    row = (_button(yes, B.SHARE_REPORT, say, share), _button(no, B.SHARE_ONLY, say, share))
    return Content(text=say(f"elder.{key}"), buttons=(row,))


def watchers(her: Her, say: Speaker, family: Sequence[Person]) -> Content:
    """Who hears of it when she does not answer; each can be ended."""
    call = her.call(say)
    if not family:
        return Content(text=_capital(say("elder.watched_by_nobody", call=call)))
    names = say("elder.and").join(escape(person.name) for person in family)
    rows = [(Button(say("button.unwatch", name=person.name), Press(B.UNWATCH, person.id).pack()),) for person in family]
    return Content(text=_capital(say("elder.watched_by", call=call, names=names)), buttons=tuple(rows))


def watch_question(say: Speaker, relative: Person, *, last: bool) -> Content:
    """Asked once."""
    question = say("elder.unwatch_last" if last else "elder.unwatch", name=escape(relative.name))
    row = (Button(say("button.unwatch_sure"), Press(B.UNWATCH_SURE, relative.id).pack()), _button("keep", B.KEEP, say))
    return Content(text=question, buttons=(row,))


def leave_question(her: Her, say: Speaker) -> Content:
    """Asked once."""
    row = (_button("leave", B.LEAVE_SURE, say), _button("keep", B.KEEP, say))
    return Content(text=_capital(say("elder.leave", call=her.call(say))), buttons=(row,))


def farewell(her: Her, say: Speaker, *, left: bool) -> Content:
    """She has left, and may take it back; once she has, that she is greeted as before."""
    call = her.call(say)
    if not left:
        return Content(text=_capital(say("elder.stays", call=call)))
    return Content(text=_capital(say("elder.farewell", call=call)), buttons=((_button("stay", B.STAY, say),),))


def _who_we_are(her: Her, say: Speaker) -> dict[str, str]:
    each = "elder.each_morning" if all(clock < NOON for clock in her.times) else "elder.each_day"
    way = "elder.watched_way" if her.record.mode is not Mode.BUTTON else "elder.greeting_way"
    told = say(way, each=say(each))
    return {"hello": _hello(her, say), "community": escape(her.community), "how": told}


def _hello(her: Her, say: Speaker) -> str:
    name = her.name(say)
    return say("elder.hello", name=name) if name else say("elder.hello_you")


def _rest(her: Her, why: str, say: Speaker) -> dict[str, str | int]:
    """Blanks beside the form of address."""
    pause = her.record.pause
    if why != "well_paused":
        return {}
    if pause is None or pause.until is None:
        return {"until": say("elder.until_back")}
    return {"until": say("elder.until_day", month=pause.until.month, day=pause.until.day)}


def _button(key: str, act: B, say: Speaker, item: int = 0) -> Button:
    return Button(say(f"button.{key}"), Press(act, item).pack())


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _capital(text: str) -> str:
    """A sentence that begins with no form of address begins with a capital, where there are any."""
    return text[:1].upper() + text[1:]
