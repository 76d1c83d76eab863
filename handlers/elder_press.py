"""Buttons an elder presses. Whatever she presses is a sign of life; here is what else it means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from care.domain.away import Absence
from care.domain.checkins import How
from care.domain.elders import ElderRecord, ElderState, PauseWhy
from care.domain.errors import Refused
from care.domain.notices import LeaveQuestion, Meeting, ThinkingOver, Watchers, WatchQuestion
from care.locale import say
from care.services import checkins, meeting, sharing, sos, warmth, watching
from care.services.standing import Spoken
from handlers import elder_asks
from handlers.callback_data import Button, Press
from handlers.content import Answer
from handlers.incoming import Incoming
from handlers.tell import tell_sender
from handlers.turn import Turn

Act = Callable[[Press, Spoken, Incoming, Turn, str], Awaitable[Answer]]  # the last: the presser's language


@dataclass(frozen=True)
class Pressed:
    """A press of an elder in her own chat."""

    press: Press
    spoken: Spoken
    incoming: Incoming
    turn: Turn
    elder: ElderRecord
    language: str

    def toast(self, key: str) -> Answer:
        """A short word to her."""
        return Answer(say(self.language, key))

    async def over(self) -> None:
        """The question is answered: it goes."""
        await elder_asks.question_over(self.turn, self.spoken.chat, self.spoken.message)

    async def bare(self) -> None:
        """What she pressed keeps its words and loses its buttons."""
        if self.spoken.message is not None:
            await self.turn.uow.messages.wish_bare(self.spoken.chat, self.spoken.message, self.turn.now)


HerAct = Callable[[Pressed], Awaitable[Answer]]


async def on_elder_press(press: Press, spoken: Spoken, incoming: Incoming, turn: Turn, language: str) -> Answer:
    """Any of them; only an elder, and only in her own chat."""
    elder = await turn.uow.elders.find(turn.actor.id) if spoken.private else None
    if elder is None:
        raise Refused("elder.not_an_elder" if spoken.private else "refused.wrong_chat")
    return await _ACTS[press.button](Pressed(press, spoken, incoming, turn, elder, language))


async def _well(pressed: Pressed) -> Answer:
    """✅ 我很好 below a greeting. Live it counts for today; what had waited counts for the check-in that it names."""
    turn, elder, named = pressed.turn, pressed.elder, pressed.press.item or None
    settled = False
    if not turn.backlog or named is not None:
        checkin = named if turn.backlog else None
        settled = await checkins.sign_of_life(
            turn.uow, elder, turn.received_at, How.KEY, turn.now, turn.rules, checkin=checkin
        )
    if not await sos.well_after_sos(turn.uow, elder, turn.now, turn.rules):
        await warmth.answer_well(turn.uow, elder, settled, turn.now, turn.rules)
    return pressed.toast("toast.well")


async def _willing(pressed: Pressed) -> Answer:
    await pressed.bare()
    agreed = await meeting.agree(pressed.turn.uow, pressed.elder, pressed.turn.now, pressed.turn.rules)
    return pressed.toast("toast.willing" if agreed else "toast.joined_already")


async def _think(pressed: Pressed) -> Answer:
    """🤔 再想想: there is no haste, and the question stays where it is."""
    if pressed.elder.state is ElderState.JOINED:
        return pressed.toast("toast.joined_already")
    await tell_sender(pressed.turn, pressed.incoming, ThinkingOver(elder=pressed.elder.id))
    return pressed.toast("toast.no_haste")


async def _away(pressed: Pressed) -> Answer:
    await elder_asks.offer_away(pressed.incoming, pressed.turn, pressed.elder)
    return Answer()


async def _away_for(pressed: Pressed) -> Answer:
    term, _, why = pressed.press.word.partition(":")
    try:
        absence, because = Absence(term), PauseWhy(why or PauseWhy.AWAY)
    except ValueError:
        raise Refused("refused.unknown_press") from None
    if pressed.elder.state is not ElderState.JOINED:
        raise Refused("elder.away_not_greeted")
    await elder_asks.go_away(pressed.incoming, pressed.turn, pressed.elder, absence, because)
    await pressed.over()
    return pressed.toast("toast.away")


async def _back(pressed: Pressed) -> Answer:
    await pressed.bare()
    back = await elder_asks.come_back(pressed.incoming, pressed.turn, pressed.elder)
    return pressed.toast("toast.back" if back else "toast.back_already")


async def _share_report(pressed: Pressed) -> Answer:
    turn = pressed.turn
    item = await sharing.is_a_report(
        turn.uow, pressed.elder, pressed.press.item, pressed.spoken.chat, turn.now, turn.rules
    )
    await pressed.over()
    return pressed.toast("toast.shared_before" if item is None else "toast.share_report")


async def _share_only(pressed: Pressed) -> Answer:
    was_open = await sharing.only_shared(pressed.turn.uow, pressed.elder, pressed.press.item)
    await pressed.over()
    return pressed.toast("toast.share_only" if was_open else "toast.shared_before")


async def _watchers(pressed: Pressed) -> Answer:
    await tell_sender(pressed.turn, pressed.incoming, Watchers(elder=pressed.elder.id))
    return Answer()


async def _unwatch(pressed: Pressed) -> Answer:
    """不用他看着了: asked once."""
    family = pressed.press.item
    if await watching.watcher(pressed.turn.uow, pressed.elder, family) is None:
        return pressed.toast("toast.watch_over")
    await tell_sender(pressed.turn, pressed.incoming, WatchQuestion(elder=pressed.elder.id, family=family))
    return Answer()


async def _unwatch_sure(pressed: Pressed) -> Answer:
    await watching.end_watch(pressed.turn.uow, pressed.elder, pressed.press.item, pressed.turn.now)
    await pressed.over()
    for listed in await pressed.turn.uow.messages.standing(pressed.spoken.chat, "watchers"):
        await pressed.turn.uow.messages.wish_anew(listed.chat, listed.message, pressed.turn.now)
    return pressed.toast("toast.watch_over")


async def _leave(pressed: Pressed) -> Answer:
    """🚪 不再问候: asked once."""
    if pressed.elder.state is ElderState.LEFT:
        return pressed.toast("toast.left_already")
    await tell_sender(pressed.turn, pressed.incoming, LeaveQuestion(elder=pressed.elder.id))
    return Answer()


async def _leave_sure(pressed: Pressed) -> Answer:
    left = await meeting.leave(pressed.turn.uow, pressed.elder, pressed.turn.now, pressed.turn.rules)
    await pressed.over()
    return pressed.toast("toast.left" if left else "toast.left_already")


async def _stay(pressed: Pressed) -> Answer:
    """↶ 还是继续吧: within a day at once; later she is met anew."""
    if pressed.elder.state is ElderState.JOINED:
        return pressed.toast("toast.joined_already")
    if await meeting.stay(pressed.turn.uow, pressed.elder, pressed.turn.now, pressed.turn.rules):
        return pressed.toast("toast.stays")
    await pressed.bare()
    await tell_sender(pressed.turn, pressed.incoming, Meeting(elder=pressed.elder.id))
    return pressed.toast("toast.meet_again")


async def _keep(pressed: Pressed) -> Answer:
    await pressed.over()
    return pressed.toast("toast.as_before")


_ACTS: Mapping[Button, HerAct] = {
    Button.WELL: _well,
    Button.WILLING: _willing,
    Button.THINK: _think,
    Button.AWAY: _away,
    Button.AWAY_FOR: _away_for,
    Button.BACK: _back,
    Button.SHARE_REPORT: _share_report,
    Button.SHARE_ONLY: _share_only,
    Button.WATCHERS: _watchers,
    Button.UNWATCH: _unwatch,
    Button.UNWATCH_SURE: _unwatch_sure,
    Button.LEAVE: _leave,
    Button.LEAVE_SURE: _leave_sure,
    Button.STAY: _stay,
    Button.KEEP: _keep,
}

ACTS: Mapping[Button, Act] = dict.fromkeys(_ACTS, on_elder_press)
