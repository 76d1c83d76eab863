"""Inbox to handlers: in order within a chat, side by side across chats, one transaction an update.

An update's effect and "done" are one commit, so a kill at any moment leaves it either dealt with or waiting. What fails
three times is parked with an item that speaks for it, and the chat's queue goes on.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

import structlog
from telegram import Update

from bot.bell import Bell
from bot.seams import Face, Read
from care.domain.errors import StaleState
from care.domain.rules import Rules
from care.locale import say
from care.services.ports import Clock, Database, Received
from handlers.content import After, Answer
from handlers.membership import CannotAsk
from handlers.messenger import Messenger
from handlers.turn import Turn

log = structlog.get_logger(__name__)

IN_HAND = 500  # updates taken from the inbox at most at one time
AT_ONCE = 16  # transactions
STALE_TRIES = 10
ATTEMPTS = 3
DEALT_WITH = -1
PATIENCE = 0.2  # seconds of real time before an update that failed is tried again; doubled each time
SET_ASIDE = timedelta(minutes=1)
ASK_AGAIN = timedelta(seconds=5)  # whether somebody is of the group, where the network did not answer
ASK_FOR = timedelta(minutes=1)


class _AskLater(Exception):
    """Nobody knows now whether the sender belongs to the group: the update is dealt with a little later."""


class Worker:
    """Takes what waits in the inbox and has the handlers deal with it."""

    def __init__(
        self, db: Database, face: Face, messenger: Messenger, clock: Clock, rules: Rules, bot_username: str
    ) -> None:
        self._db = db
        self._face = face
        self._messenger = messenger
        self._clock = clock
        self._rules = rules
        self._username = bot_username
        self.bell = Bell(clock, rest=1)
        self._lanes: dict[int, deque[Received]] = {}
        self._in_hand: set[int] = set()
        self._aside: dict[int, datetime] = {}
        self._asking: dict[int, datetime] = {}  # updates that wait for the network's word on a member, and since when
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                full = await self._take()
            except Exception as error:  # the storage failed: what waits there waits
                log.exception("worker.cannot_read", error=type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            if not full:
                await self.bell.wait(min(self._aside.values(), default=None))

    @property
    def idle(self) -> bool:
        """Whether nothing is in hand and nothing has rung."""
        return not self._tasks and self.bell.quiet

    @property
    def set_aside(self) -> int:
        """How many updates rest: they could neither be dealt with nor parked, or wait for the network's word."""
        return len(self._aside)

    async def finish(self, seconds: float) -> None:
        """Let what is in hand end, for so many seconds of real time; then stop it: it will be done after a restart."""
        for queue in self._lanes.values():
            while len(queue) > 1:
                queue.pop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _take(self) -> bool:
        """Give each chat's queue what newly waits; whether there may be more."""
        now = self._clock.now()
        for update in [update for update, until in self._aside.items() if until <= now]:
            del self._aside[update]
            self._in_hand.discard(update)
        room = IN_HAND - len(self._in_hand) + len(self._aside)
        if room <= 0:
            return False
        async with self._db.read() as uow:
            waiting = await uow.inbox.waiting(room, self._in_hand)
        for received in waiting:
            self._in_hand.add(received.update)
            if (queue := self._lanes.get(received.lane)) is not None:
                queue.append(received)
            else:
                self._lanes[received.lane] = deque([received])
                self._spawn(self._work_off(received.lane))
        return len(waiting) == room

    async def _work_off(self, lane: int) -> None:
        queue = self._lanes[lane]
        while queue:
            try:
                await self._deal(queue[0])
            finally:
                done = queue.popleft()
                if done.update not in self._aside:
                    self._in_hand.discard(done.update)
        del self._lanes[lane]
        self.bell.ring()

    async def _deal(self, received: Received) -> None:
        """One update until it is done, parked, or set aside because even that failed."""
        failures = received.attempts
        while True:
            try:
                after = await self._handled(received)
            except _AskLater:
                self._aside[received.update] = self._clock.now() + ASK_AGAIN
                return
            except Exception as error:  # whatever went wrong, the person is answered and the queue goes on
                log.exception("update.failed", update=received.update, error=type(error).__name__)
                failures = await self._count(received, error, failures + 1)
                if failures == DEALT_WITH:
                    return
                if failures >= ATTEMPTS or not _may_change(error):
                    await self._park(received)
                    return
                await asyncio.sleep(PATIENCE * 2**failures)
                continue
            if after is not None and after.press is not None:
                self._spawn(self._answer(after.press, after.answer))
            return

    async def _handled(self, received: Received) -> After | None:
        incoming: Read = self._face.parse(received.body)
        self._forget_members(incoming.update)
        try:
            member = await self._member(received, incoming)
        except CannotAsk:
            return await self._ask_to_press_again(received, incoming)
        for _ in range(STALE_TRIES):
            try:
                async with self._slots:
                    return await self._transact(received, incoming, member)
            except StaleState:
                await asyncio.sleep(0)  # somebody was faster; on what is there now it will work
        async with self._slots:
            return await self._transact(received, incoming, member)

    async def _member(self, received: Received, incoming: Read) -> bool | None:
        """Whether the sender belongs to the group, where that matters. Raises CannotAsk for a press.

        Any other update is dealt with later, out of its turn so that nobody's press waits behind it; in the end as if
        the sender were none of the group.
        """
        if incoming.needs_membership is None:
            return None
        try:
            member = await self._messenger.is_member(*incoming.needs_membership)
        except CannotAsk:
            if incoming.update.callback_query is not None:
                raise
        else:
            self._asking.pop(received.update, None)
            return member
        now = self._clock.now()
        if now - self._asking.setdefault(received.update, now) < ASK_FOR:
            raise _AskLater
        del self._asking[received.update]
        log.warning("member.unknown", update=received.update)
        return False

    async def _ask_to_press_again(self, received: Received, incoming: Read) -> After:
        """A press counts when it is made, so it is not kept for later: the presser is asked for another."""
        query = incoming.update.callback_query
        async with self._slots, self._db.write() as uow:
            actor = await self._face.actor_of(incoming, uow)
            await uow.inbox.done(received.update)
        log.info("press.not_asked", update=received.update)
        language = (actor and actor.language) or self._rules.language
        return After(press=query.id if query else None, answer=Answer(say(language, "refused.try_again")))

    async def _transact(self, received: Received, incoming: Read, member: bool | None) -> After | None:
        """The update's whole effect, and that it is done: one commit."""
        now = self._clock.now()
        async with self._db.write() as uow:
            actor = await self._face.actor_of(incoming, uow)
            after = None
            if actor is not None:
                turn = Turn(
                    uow=uow,
                    now=now,
                    rules=self._rules,
                    actor=actor,
                    member=member,
                    bot_username=self._username,
                    received_at=received.received_at,
                    backlog=received.backlog,
                )
                after = await self._face.handle(incoming, turn)
                if after.bare is not None:
                    await uow.messages.wish_bare(*after.bare, now)
            await uow.inbox.done(received.update)
        return after

    async def _count(self, received: Received, error: Exception, failures: int) -> int:
        try:
            async with self._db.write() as uow:
                return await uow.inbox.failed(received.update, type(error).__name__)
        except StaleState:  # it is done after all: the answer to the commit had been lost
            return DEALT_WITH
        except Exception as second:  # counted in memory then, until the storage is back
            log.exception("update.not_counted", update=received.update, error=type(second).__name__)
            return failures

    async def _park(self, received: Received) -> None:
        now = self._clock.now()
        try:
            async with self._db.write() as uow:
                item = await self._face.park(uow, received, now, self._rules)
            log.error("update.parked", update=received.update, item=item)
        except Exception as error:  # it stays in the inbox, the chat's queue goes on without it
            log.exception("update.not_parked", update=received.update, error=type(error).__name__)
            self._aside[received.update] = now + SET_ASIDE
        if (press := _press_of(received.body)) is not None:
            self._spawn(self._answer(press, self._face.sorry(self._rules.language)))

    async def _answer(self, press: str, answer: Answer) -> None:
        await self._messenger.answer_press(press, answer)

    def _forget_members(self, update: Update) -> None:
        """Who came or went is asked about anew."""
        changed = update.chat_member or update.my_chat_member
        if changed is not None:
            self._messenger.forget_member(changed.chat.id, changed.new_chat_member.user.id)
        message = update.message
        if message is not None:
            left = [message.left_chat_member] if message.left_chat_member else []
            for user in [*(message.new_chat_members or ()), *left]:
                self._messenger.forget_member(message.chat.id, user.id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _may_change(error: Exception) -> bool:
    """Whether another attempt can go better: what cannot be read will never be."""
    return type(error).__name__ != "Unreadable"


def _press_of(body: str) -> str | None:
    """The id of the press in an update that could not be dealt with, so that the button stops spinning."""
    try:
        press = json.loads(body)["callback_query"]["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return str(press)
