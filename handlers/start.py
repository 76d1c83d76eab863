"""Commands in a private chat, in their English names and in plain Chinese words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from care.domain.elders import ElderRecord, ElderState
from care.domain.errors import AlreadyClaimed, Refused
from care.domain.notices import ElderHelp, Help, Introduction, LanguageQuestion, MyReports, Sentence, Spared, Welcome
from care.domain.people import Person, Role
from care.locale import LANGUAGES, say
from care.services import enrolment, kin, meeting, pledging
from care.services.acts import tell_person
from care.services.ports import Step
from care.services.standing import Spoken
from handlers import sos_press
from handlers.callback_data import Press
from handlers.content import Answer
from handlers.elder_signs import by_message
from handlers.incoming import Incoming, display_name
from handlers.tell import say_back, tell_sender
from handlers.turn import Turn


async def on_start(incoming: Incoming, turn: Turn, payload: str) -> None:
    """START, with or without an invitation."""
    person = turn.actor
    user = incoming.update.effective_user
    recording = sos_press.recording_in(payload)
    if payload and recording is None and await _to_a_sheet(incoming, turn, payload):
        return
    if payload and recording is None and user is not None:
        try:
            person = await enrolment.redeem(turn.uow, payload, user.id, display_name(user), None, turn.now)
        except Refused as refused:
            await tell_sender(turn, incoming, Sentence(key=refused.key))
    if incoming.chat is not None:
        await turn.uow.cards.revive(incoming.chat)  # what waited for him to press START
        await kin.reachable_again(turn.uow, person, turn.now)
        await pledging.bring_all(turn.uow, person, turn.now, turn.rules)
    elder = await _elder(turn, person)
    if elder is None or does_more(person):
        await tell_sender(turn, incoming, Welcome(person=person.id), person=person.id)
    if elder is not None:
        if person.id != turn.actor.id:  # it was not known yet whose message this is
            await by_message(incoming, replace(turn, actor=person))
        await tell_sender(turn, incoming, meeting.first_words(elder), person=person.id)
    if recording is not None:
        await sos_press.play_at_start(recording, incoming, turn)


async def _to_a_sheet(incoming: Incoming, turn: Turn, payload: str) -> bool:
    """START by the one-time link that a press on an elder's card gave: what it leads to comes, and no welcome."""
    try:
        if not await pledging.by_link(turn.uow, payload, turn.actor, turn.now, turn.rules):
            return False
    except AlreadyClaimed as another:
        await tell_sender(turn, incoming, Spared(item=another.number, asked=turn.actor.id))
    except Refused as refused:
        await say_back(turn, incoming, refused.key, **refused.args_for_sentence)
    if incoming.chat is not None:
        await turn.uow.cards.revive(incoming.chat)
        await kin.reachable_again(turn.uow, turn.actor, turn.now)
    return True


async def on_help(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """What can I do here?"""
    elder = await _elder(turn, turn.actor)
    if elder is None or does_more(turn.actor):
        await tell_sender(turn, incoming, Help(person=turn.actor.id))
    if elder is not None:
        await tell_sender(turn, incoming, ElderHelp(elder=elder.id))


def does_more(person: Person) -> bool:
    """Whether an elder is something else beside: a liaison, a courier, somebody's family."""
    return person.admin or bool(person.roles - {Role.ELDER})


async def _elder(turn: Turn, person: Person) -> ElderRecord | None:
    return await turn.uow.elders.find(person.id) if person.is_elder else None


async def on_my(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """My reports."""
    await tell_sender(turn, incoming, MyReports(person=turn.actor.id))


async def on_language(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """中文 or English?"""
    await tell_sender(turn, incoming, LanguageQuestion())


async def on_privacy(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """What is kept of me, and who sees it?"""
    await say_back(turn, incoming, "privacy.text")


async def on_unknown(incoming: Incoming, turn: Turn, _payload: str) -> None:
    """A command we do not have here."""
    if Role.ELDER in turn.actor.roles:
        await on_help(incoming, turn, "")
    else:
        await say_back(turn, incoming, "chat.unknown_command")


async def choose_language(press: Press, spoken: Spoken, turn: Turn) -> Answer:
    """The press on 中文 or English."""
    if press.word not in LANGUAGES:
        raise Refused("refused.unknown_press")
    await turn.uow.people.set_language(turn.actor.id, press.word)
    if spoken.message is not None:
        await turn.uow.messages.wish_gone(spoken.chat, spoken.message, turn.now)
    elder = await _elder(turn, turn.actor)
    if elder is not None and elder.state is ElderState.JOINED and spoken.private:  # her keys speak it, too
        keys = Introduction(elder=elder.id, again=True)
        key = f"keys:{elder.id}:{press.word}:{turn.now.isoformat(timespec='seconds')}"
        await tell_person(turn.uow, elder.person, keys, step=Step.ANSWER, key=key, now=turn.now)
    return Answer(say(press.word, "language.chosen"))


Command = Callable[[Incoming, Turn, str], Awaitable[None]]

COMMANDS: Mapping[str, Command] = {
    "start": on_start,
    "help": on_help,
    "my": on_my,
    "language": on_language,
    "privacy": on_privacy,
}

# What people type who type no slashes.
WORDS: Mapping[str, Command] = {
    "帮助": on_help,
    "怎么用": on_help,
    "我的上报": on_my,
    "我的": on_my,
    "语言": on_language,
    "隐私": on_privacy,
    "开始": on_start,
}
