"""Whoever presses what: what only a claimer may know of an elder stands in a claimer's chat and nowhere else (I11).

Each example is a short life of one matter in the town, through the real handlers on SQLite: random people press random
buttons, their own and forged ones, in any chat; time passes; one of them has never written to the bot.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.people import Phone
from care.domain.items import Action, Kind, Severity
from care.domain.states import Ending
from handlers.callback_data import Button, Press
from tests import planted
from tests.families import raised
from tests.grannies import a_relative, an_elder
from tests.harness import COMMUNITY, GRID, SECOND_GRID, Town
from tests.harness import town as make_town

PEOPLE = ("li", "zhao", "qian", "sun", "wang", "ma", "guest", "son", "granny")
LINKED = ("li", "zhao", "wang")  # who opens the link that a press gives
_OFTEN = (Button.CLAIM, Button.CLAIM, Button.CLAIM, Button.DONE, Button.DONE, Button.TAKE_OVER, Button.RELEASE)
_SELDOM = (Button.CLIMB, Button.UNDO, Button.REOPEN, Button.KNOCKED, Button.NO_PROOF, Button.FULL_TEXT, Button.ENROL)
_ASKED = (Button.ALL_MEDIA, Button.NO_HOSPITAL, Button.NOBODY_AT_HOME, Button.GONE_TRUE, Button.GONE_UNTRUE)
BUTTONS = [
    *(Press(button, 1) for button in (*_OFTEN, *_SELDOM, *_ASKED)),
    *(Press(Button.OUTCOME, 1, ending) for ending in Ending),
    Press(Button.TICK, 1, "1"),
]
Step = tuple[str, Press | str, str | int]  # who, what, where
PRESSES = st.tuples(
    st.sampled_from(PEOPLE), st.sampled_from(BUTTONS), st.sampled_from(["own", GRID, COMMUNITY, SECOND_GRID])
)
WORDS = st.tuples(
    st.sampled_from(PEOPLE), st.sampled_from(["/item 1", "/open", "/today", "省医院", "没有", "/start"]), st.just("own")
)
TIMES = st.tuples(st.just("time"), st.sampled_from(["40", "400"]), st.just("own"))
STEPS = st.lists(PRESSES | PRESSES | PRESSES | WORDS | TIMES, min_size=4, max_size=14)
HIGH = (Kind.MISSED_CHECKIN, Kind.UNREACHABLE)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.sampled_from([Kind.SOS, Kind.HELP, *HIGH]), st.sampled_from(["li", "zhao", "nobody"]))
def test_the_secrets_stand_with_claimers_only(steps: Sequence[Step], kind: Kind, new: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_live(Path(folder), steps, kind, new))


async def _live(folder: Path, steps: Sequence[Step], kind: Kind, new: str) -> None:
    async with make_town(folder) as town:
        granny = await an_elder(town)
        phones = {"granny": granny, "son": await a_relative(town, granny)}
        phones |= {name: getattr(town, name) for name in PEOPLE if name not in phones}
        if new in phones:
            phones[new].started = False
        await raised(town, granny, kind, Severity.HIGH if kind in HIGH else Severity.URGENT)
        for who, what, where in steps:
            await _act(town, phones, who, what, where)
            await _look_round(town, phones)


async def _act(town: Town, phones: dict[str, Phone], who: str, what: Press | str, where: str | int) -> None:
    if who == "time":
        await town.forward(seconds=float(str(what)))
        return
    phone = phones[who]
    if isinstance(what, str):
        phone.send_text(what)
    else:
        chat = where if isinstance(where, int) else None
        answer = await _pressed(town, phone, what, chat)
        if answer is not None and who in LINKED:
            phone.open_link(answer)
    await town.settle()


async def _pressed(town: Town, phone: Phone, press: Press, chat: int | None) -> str | None:
    """The link that opens, if one does. The press comes from the last message that stands there."""
    shown = {GRID: town.grid, COMMUNITY: town.community, SECOND_GRID: town.second_grid}
    said = town.told(phone) if chat is None else town.said_in(shown[chat])
    query = town.world.press(phone.user, phone._any_chat(chat), said[-1].id if said else 1, press.pack())
    await town.settle()
    return (await phone.answer_to(query, 1.0)).url


async def _look_round(town: Town, phones: dict[str, Phone]) -> None:
    """Sent: only to who had said 🙋 to it by then. Standing: only with who has it, or is about to."""
    async with town.app.parts.db.read() as uow:
        item = await uow.items.get(1)
        takes = [e for e in await uow.items.history(1) if e.action in (Action.PLEDGE, Action.CLAIM, Action.TAKE_OVER)]
        came = {(await uow.people.get(event.actor)).telegram_id for event in takes if event.actor is not None}
        with_it = [person for person in (item.claimed_by, item.pledged_by) if item.is_with(person)]
        has_it = {(await uow.people.get(person)).telegram_id for person in with_it if person is not None}
    told = {
        int(call.params["chat_id"])
        for call in town.world.calls
        if "chat_id" in call.params and any(secret in str(call.params) for secret in planted.PERSONAL)
    }
    assert told <= came
    for name, phone in phones.items():
        reads = [message for message in town.told(phone) if any(secret in message.text for secret in planted.PERSONAL)]
        assert not reads or phone.id in has_it, f"{name} still reads it"
