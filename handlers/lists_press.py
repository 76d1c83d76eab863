"""Buttons on a group's lists of names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from care.domain.errors import CareError, NotFound, Refused
from care.domain.items import Item
from care.domain.states import LISTED
from care.locale import say
from care.services.list_names import on_list
from care.services.mornings import names_by_id
from care.services.standing import Spoken
from handlers import card
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
from handlers.render.name_lists import in_a_row
from handlers.render.speaker import Speaker
from handlers.turn import Turn

Act = Callable[[Press, Spoken, Incoming, Turn, str], Awaitable[Answer]]  # the last: the presser's language


async def _support(press: Press, spoken: Spoken, _incoming: Incoming, turn: Turn, language: str) -> Answer:
    """🙋 我去支援: he takes all whom nobody has taken; who was faster with one keeps her."""
    try:
        row = await turn.uow.lists.get(press.item)
    except NotFound:
        raise Refused("refused.unknown_press") from None
    if row.address.chat != await turn.uow.bindings.now_known_as(spoken.chat):
        raise Refused("refused.wrong_chat")
    names = await on_list(turn.uow, row)
    waiting = [one.item for one in names if one.open and one.item.pledged_by != turn.actor.id]
    if not waiting:
        missing = any(one.item.live for one in names)
        return Answer(say(language, "lists.all_taken" if missing else "lists.over"))
    return await _take(waiting, spoken, turn, language)


async def say_whom(press: Press, answer: Answer, turn: Turn, language: str) -> Answer:
    """Whom it is about, before what the presser of one of many buttons hears: two of one name are told apart there."""
    if press.button not in (Button.CLAIM, Button.TAKE_OVER) or not answer.text:
        return answer
    item = await turn.uow.items.get(press.item)
    if item.kind not in LISTED or item.about is None:
        return answer
    known = await names_by_id(turn.uow, [item.about], turn.now, turn.rules)
    if item.about not in known:
        return answer
    name = Speaker(language, turn.rules.zone, turn.now).named(known[item.about])
    return replace(answer, text=say(language, "lists.toast", name=name, words=answer.text))


async def _take(waiting: Sequence[Item], spoken: Spoken, turn: Turn, language: str) -> Answer:
    """Each as if he had pressed her own button. Raises Refused where not one of them may be his."""
    refused: CareError | None = None
    link: Answer | None = None
    for item in waiting:
        try:
            said = await card.ACTS[Button.CLAIM](Press(Button.CLAIM, item.number), spoken, turn)
        except CareError as error:
            refused = refused or error
            continue
        if isinstance(said, Answer) and said.url is not None:  # he has to press START before he can be told more
            link = link or said
    if link is not None:
        return link
    now = await turn.uow.items.several([item.number for item in waiting])
    his = [item for item in now.values() if turn.actor.id in (item.claimed_by, item.pledged_by)]
    if not his and refused is not None:
        raise refused
    speaker = Speaker(language, turn.rules.zone, turn.now)
    known = await names_by_id(turn.uow, [item.about for item in his if item.about is not None], turn.now, turn.rules)
    names = in_a_row((speaker.named(named) for named in known.values()), speaker)
    return Answer(speaker("lists.supported", count=len(his), names=names) if his else speaker("lists.all_taken"))


ACTS: Mapping[Button, Act] = {Button.SUPPORT: _support}
