"""The claimer's sheet, its outcomes, and what they ask; all of it in private."""

from __future__ import annotations

from care.domain.away import Absence
from care.domain.items import Item
from care.domain.knocking import TICKS
from care.domain.states import Ending
from care.services.ports import Private
from care.services.sheet_views import OutcomeView, SheetView
from handlers.callback_data import Button as B
from handlers.callback_data import Press
from handlers.content import Button, Content
from handlers.render.card import knocked
from handlers.render.handed import short_name
from handlers.render.speaker import Speaker, escape, shorten

_WORDS = 400  # of each note: with all of them at their longest the message holds
_MOST_PHONES = 12
_ROWS = (
    (Ending.PHONED,),
    (Ending.SEEN,),
    (None, Ending.HOSPITAL),  # None: 🔕, which ends nothing
    (Ending.AWAY, Ending.OTHER),
    (Ending.GONE,),
)
_TICKS = {1: "tick.phones", 2: "tick.neighbour", 3: "tick.places", 4: "tick.police"}

Row = tuple[Button, ...]


def sheet(view: SheetView, say: Speaker) -> Content:
    """Who she is, where, whom to call, what to know; then the outcomes. Nobody can pass it on."""
    outcome = view.outcome
    item = outcome.item
    head = say("sheet.head", number=item.number, kind=say(f"kind.{item.kind}"), elder=elder(outcome, say))
    lines = [f"<b>{head}</b>", *_who_and_where(view, say), *_phones(view.private, say), *_notes(view, say)]
    release = Button(say("button.release"), Press(B.RELEASE, item.number).pack())
    text = "\n".join([*lines, "", _what_next(outcome, say)])
    return Content(text=text, buttons=(*_ticks(outcome, say), *outcomes(item, say), (release,)), protected=True)


def outcome_question(view: OutcomeView, say: Speaker) -> Content:
    """To who settles what another has: the outcomes, and nothing of the sheet."""
    head = say("outcome.ask", number=view.item.number, elder=elder(view, say))
    lines = [head, *([knocked(view.knock, say)] if view.knock is not None else [])]
    return Content(text="\n".join(lines), buttons=(*_ticks(view, say), *outcomes(view.item, say)))


def outcomes(item: Item, say: Speaker) -> tuple[Row, ...]:
    """A button each."""

    def button(ending: Ending | None) -> Button:
        if ending is None:
            return Button(say("outcome.knocked"), Press(B.KNOCKED, item.number).pack())
        return Button(say(f"outcome.{ending}"), Press(B.OUTCOME, item.number, ending).pack())

    return tuple(tuple(button(ending) for ending in row) for row in _ROWS)


def outcome_named(view: OutcomeView, say: Speaker, undo_until: str | None) -> Content:
    """What he named, and until when it can be undone."""
    item = view.item
    ending, when = say(f"outcome.{item.ending}"), say.at(item.resolved_at or item.created_at)
    text = say("outcome.noted", number=item.number, elder=elder(view, say), outcome=ending, when=when)
    if undo_until is None:
        return Content(text=text)
    undo = Button(say("button.undo"), Press(B.UNDO, item.number).pack())
    return Content(text=f"{text}\n{say('outcome.slip', at=undo_until)}", buttons=((undo,),))


def words_question(view: OutcomeView, say: Speaker) -> Content:
    """📝 What has happened?"""
    return Content(text=say("outcome.ask_words", number=view.item.number, elder=elder(view, say)))


def hospital_question(view: OutcomeView, say: Speaker) -> Content:
    """🏥 Which one?"""
    skip = Button(say("button.no_hospital"), Press(B.NO_HOSPITAL, view.item.number).pack())
    return Content(text=say("outcome.hospital_asked", elder=elder(view, say)), buttons=((skip,),))


def at_home_question(view: OutcomeView, say: Speaker) -> Content:
    """🏥 Who is left at home?"""
    nobody = Button(say("button.nobody_at_home"), Press(B.NOBODY_AT_HOME, view.item.number).pack())
    return Content(text=say("outcome.at_home", elder=elder(view, say)), buttons=((nobody,),))


def away_question(view: OutcomeView, say: Speaker) -> Content:
    """🧳 For how long?"""
    buttons = [
        Button(
            say("button.later" if absence is Absence.LATER else f"promise.{absence}"),
            Press(B.OUT_FOR, view.item.number, absence).pack(),
        )
        for absence in Absence
    ]
    return Content(
        text=say("outcome.away_asked", elder=elder(view, say)), buttons=(tuple(buttons[:2]), tuple(buttons[2:]))
    )


def spared(view: OutcomeView, say: Speaker) -> Content | None:
    """He need not go: somebody else has it, or it is over."""
    item = view.item
    if item.live and view.claimer is not None:
        return Content(text=say("sheet.taken", number=item.number, name=short_name(view.claimer)))
    if item.ending is None:
        return None
    known = (Ending.HERSELF, Ending.FAMILY, Ending.HOSPITAL)
    key = f"spared.{item.ending}" if item.ending in known else "spared.settled"
    when = say.at(item.resolved_at or item.created_at)
    return Content(text=say(key, elder=elder(view, say), when=when, name=short_name(view.resolver)))


def gone_question(view: OutcomeView, say: Speaker) -> Content:
    """🕯 Is it true? Once that is said, what was."""
    item, whom = view.item, elder(view, say)
    if item.ending is not Ending.GONE and view.parting is None:
        return Content(text=say("parting.moot", elder=whom))
    if view.parting is not None:
        key = "parting.confirmed" if view.parting.reason == "gone_confirmed" else "parting.denied"
        return Content(text=say(key, elder=whom, name=short_name(view.parted_by), when=say.at(view.parting.at)))
    yes = Button(say("button.gone_true"), Press(B.GONE_TRUE, item.number).pack())
    no = Button(say("button.gone_untrue"), Press(B.GONE_UNTRUE, item.number).pack())
    return Content(text=say("parting.ask", elder=whom, name=short_name(view.resolver)), buttons=((yes,), (no,)))


def elder(view: OutcomeView, say: Speaker) -> str:
    """`王奶奶 3号楼`, as HTML."""
    return escape(say.named(view.named)) if view.named is not None else say("role.elder")


def _who_and_where(view: SheetView, say: Speaker) -> list[str]:
    private, age = view.private, view.outcome.age
    name = escape(shorten(private.name, 60))
    who = say("sheet.name_age", name=name, age=age) if age is not None else name
    if private.address:
        return [who, say("sheet.address", address=escape(shorten(private.address, 200)))]
    return [who, say("sheet.no_address")]


def _phones(private: Private, say: Speaker) -> list[str]:
    """Whom to call, as text that a tap calls."""
    lines = [say("sheet.phone", phone=escape(private.phone))] if private.phone else []
    for reach in [reach for reach in private.contacts if reach.phone][:_MOST_PHONES]:
        called = escape(shorten(f"{reach.name}({reach.relation})" if reach.relation else reach.name, 60))
        lines.append(say("sheet.contact", name=called, phone=escape(reach.phone or "")))
    return lines or [say("sheet.no_phone")]


def _notes(view: SheetView, say: Speaker) -> list[str]:
    private = view.private
    notes = (
        ("sheet.key", private.key_holder),
        ("sheet.lives_with", private.lives_with),
        ("sheet.health", private.health),
        ("sheet.routine", private.routine),
        ("sheet.her_words" if view.her_words else "sheet.words", view.outcome.item.text),
    )
    lines = [say(key, words=escape(shorten(words, _WORDS))) for key, words in notes if words]
    return [*lines, *([say("sheet.last_sign", when=say.when(view.last_sign))] if view.last_sign is not None else [])]


def _what_next(view: OutcomeView, say: Speaker) -> str:
    return say("sheet.choose") if view.knock is None else say("sheet.try_next", knocked=knocked(view.knock, say))


def _ticks(view: OutcomeView, say: Speaker) -> tuple[Row, ...]:
    """What to try where nobody opened, a toggle each."""
    if view.knock is None:
        return ()
    rows = []
    for step in TICKS:
        line = say(_TICKS[step])
        label = say("tick.done", line=line) if step in view.knock.ticked else line
        rows.append((Button(label, Press(B.TICK, view.item.number, str(step)).pack()),))
    return tuple(rows)
