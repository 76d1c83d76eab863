"""What a relative reads of an elder: the alarm, who has said what, and how it ended; and what a card says of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from care.domain.elders import ElderRecord, Sex
from care.domain.family import Answer, Trouble, answers_to, answers_to_words
from care.domain.states import Ending, Kind
from care.services.kin_views import AlarmView, Reached, Told, Word
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.speaker import Speaker, escape, shorten

_CODES = {
    Answer.WELL: B.FAMILY_WELL,
    Answer.NO_ANSWER: B.FAMILY_NO_ANSWER,
    Answer.COMING: B.FAMILY_COMING,
    Answer.BAD: B.FAMILY_BAD,
}
_CRIES = (Trouble.SOS, Trouble.NOBODY, Trouble.HELP)
_NOON, _EVENING = time(12), time(17)  # where 今早 ends and 今晚 begins, as on the group's list


def alarm(view: AlarmView, why: Trouble, told_at: datetime, say: Speaker) -> Content:
    """The alarm, and under it who has answered what. Once it is over it offers nothing.

    `told_at`: what he said before that is no answer to it.
    """
    text = _alarm_text(view, why, say)
    words = [word_line(word, view.alert.person, say) for word in view.words]
    over = view.alert.ended_at is not None
    answered = view.alert.answered_at is not None and view.alert.answered_at >= told_at
    rows = () if over else _alarm_buttons(view, why, say, view.given if answered else None)
    # it must not go on asking for a call; of 🕯 a machine says nothing at all
    end = [say("family.over")] if over and not words and view.alert.ended_as != Ending.GONE else []
    return Content(text="\n".join([text, *words, *end]), buttons=rows)


def ended(view: AlarmView, by: str | None, at: datetime, hospital: str, say: Speaker) -> Content | None:
    """How it ended, in words that fit; None where no machine says it."""
    ending = Ending(view.alert.ended_as) if view.alert.ended_as else None
    if ending is None or ending is Ending.GONE:
        return None
    key = f"family.end_{ending}"
    if ending is Ending.HERSELF and view.item is not None and view.item.kind is Kind.UNREACHABLE:
        key = "family.end_reachable"
    text = say(
        key,
        elder=who(view.elder, say),
        name=escape(shorten(by, 24)) if by else say("family.a_worker"),
        at=say.at(at),
        her=say(f"family.{pronoun(view.elder)}"),
        hospital=escape(shorten(hospital, 60)) or say("family.a_hospital"),
    )
    lines = [text]
    if view.phone and ending in (Ending.HOSPITAL, Ending.OTHER):
        lines.append(say("family.community_phone", phone=escape(view.phone)))
    return Content(text="\n".join(lines))


def slip(view: AlarmView, say: Speaker) -> Content:
    """↶ The end was none."""
    return Content(text=say("family.slip", elder=who(view.elder, say)))


def ask(view: AlarmView, say: Speaker) -> Content:
    """He wrote something that is not plain: what does it come to?"""
    cry = view.item is not None and view.item.kind in (Kind.SOS, Kind.HELP)
    rows = [
        (Button(say(_label(answer, cry=cry)), Press(_CODES[answer], view.alert.id).pack()),)
        for answer in answers_to_words(view.item.kind if view.item is not None else None)
    ]
    rows.append((Button(say("button.family_else"), Press(B.FAMILY_ELSE, view.alert.id).pack()),))
    elder = who(view.elder, say)
    if view.alert.checkin is not None or view.item is not None:
        return Content(text=say("family.ask", elder=elder), buttons=tuple(rows))
    last = view.last_sign
    text = say("family.worry", elder=elder, last=say.when(last)) if last is not None else say("family.ask", elder=elder)
    return Content(text=text, buttons=tuple(rows))


def which(views: Sequence[AlarmView], said: Answer | None, say: Speaker) -> Content | None:
    """Of whom does he speak?"""
    if not views:
        return None
    rows = [
        (
            Button(
                shorten(say.elder(view.elder.title(say.now.astimezone(say.zone).year)), 40),
                Press(B.FAMILY_WHICH, view.alert.id, said or "").pack(),
            ),
        )
        for view in views[:20]
    ]
    rows.append((Button(say("button.family_else"), Press(B.FAMILY_ELSE, views[0].alert.id).pack()),))
    return Content(text=say("family.which"), buttons=tuple(rows))


def who(elder: ElderRecord, say: Speaker) -> str:
    """`王奶奶`, as others speak of her."""
    return escape(say.elder(elder.title(say.now.astimezone(say.zone).year)))


def pronoun(elder: ElderRecord) -> str:
    """The tail of the key by which the sentence says 她, 他 or 老人."""
    return {Sex.FEMALE: "her", Sex.MALE: "him"}.get(elder.sex, "them") if elder.sex else "them"


def word_line(word: Word, reader: int, say: Speaker) -> str:
    """`李强 10:05 联系上了，平安`; of the reader himself `您 10:05 …`."""
    name = say("title.you") if word.person.id == reader else escape(shorten(word.person.name or "?", 24))
    return say(f"family.word_{word.answer}", name=name, at=say.at(word.at))


def card_lines(told: Sequence[Told], say: Speaker) -> list[str]:
    """The card's truth about delivery: `家属李强：已发 10:02，未回`. A bot never knows that somebody has read."""
    lines = [_card_line(one, say) for one in told]
    if told and all(one.how is Reached.UNREACHABLE for one in told):
        lines.append(say("card.family_none_reached"))
    return lines


def _card_line(told: Told, say: Speaker) -> str:
    name = escape(shorten(told.name or "?", 24))
    at = say.at(told.at) if told.at is not None else ""
    if told.how is Reached.ANSWERED and told.answer is not None:
        return say("card.family_answered", name=name, at=at, answer=say(f"card.family_says_{told.answer}"))
    return say(f"card.family_{told.how}", name=name, at=at)


def _alarm_text(view: AlarmView, why: Trouble, say: Speaker) -> str:
    elder = who(view.elder, say)
    if why is not Trouble.SILENT:
        return say(f"family.{why}", elder=elder)
    part = say(f"family.{part_of_day(view.due_at, say)}")
    if view.item is not None or view.alert.ended_at is not None or say.now >= view.visit_at:
        return say("family.silent_raised" if view.item is not None else "family.silent_plain", elder=elder, part=part)
    visit = say.at(view.visit_at)
    if view.last_sign is None:
        return say("family.silent_unknown", elder=elder, part=part, at=visit)
    return say("family.silent", elder=elder, part=part, at=visit, last=say.when(view.last_sign))


def part_of_day(moment: datetime, say: Speaker) -> str:
    """The tail of a key: morning, afternoon or evening, by the reader's clock."""
    clock = moment.astimezone(say.zone).time()
    return "this_morning" if clock < _NOON else "this_afternoon" if clock < _EVENING else "tonight"


def _alarm_buttons(view: AlarmView, why: Trouble, say: Speaker, given: Answer | None) -> tuple[tuple[Button, ...], ...]:
    cry = why in _CRIES
    return tuple(
        (Button(say(_label(answer, cry=cry)), Press(_CODES[answer], view.alert.id).pack()),)
        for answer in answers_to(why, given)
    )


def _label(answer: Answer, *, cry: bool) -> str:
    return "button.family_called" if cry and answer is Answer.WELL else f"button.family_{answer}"
