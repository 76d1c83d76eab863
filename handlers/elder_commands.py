"""Slash commands that are about oneself: being away, no more greetings, being forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from care.domain.notices import ForgetQuestion
from handlers import elder_asks
from handlers.incoming import Incoming
from handlers.start import Command
from handlers.tell import say_back, tell_sender
from handlers.turn import Turn


async def on_away(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/away: shall the greetings rest?"""
    elder = await turn.uow.elders.find(turn.actor.id)
    if elder is None:
        await say_back(turn, incoming, "elder.not_an_elder")
    else:
        await elder_asks.offer_away(incoming, turn, elder)


async def on_stop(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/stop: no more greetings."""
    elder = await turn.uow.elders.find(turn.actor.id)
    if elder is None:
        await say_back(turn, incoming, "elder.not_an_elder")
    else:
        await elder_asks.ask_to_leave(incoming, turn, elder)


async def on_forget(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """/forget: is all that we keep really to go?"""
    await tell_sender(turn, incoming, ForgetQuestion(person=turn.actor.id))


COMMANDS: Mapping[str, Command] = {"away": on_away, "stop": on_stop, "forget": on_forget}
