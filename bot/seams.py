"""What the spine needs of the floors below it, as Protocols: so that its tests can stand on something small."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from telegram import Update

from care.domain.people import Person
from care.domain.rules import Rules
from care.services.ports import Card, Received, Telling, UnitOfWork
from care.services.results import SendResult
from handlers.content import After, AlarmWords, Answer, Content
from handlers.turn import Turn


class Read(Protocol):
    """An update, read (`handlers.Incoming`)."""

    @property
    def update(self) -> Update:
        """PTB's object."""
        ...

    @property
    def needs_membership(self) -> tuple[int, int] | None:
        """(chat, user) to look up before it is handled."""
        ...


class Face(Protocol):
    """The chat network's face: what an update means, what a person sees (`handlers.face`)."""

    def parse(self, body: str) -> Any:
        """Read raw JSON to a `Read`; raises ValueError or its like where it makes no sense."""

    async def actor_of(self, incoming: Any, uow: UnitOfWork) -> Person | None:
        """Who sent it; None for what no person sent."""

    async def handle(self, incoming: Any, turn: Turn) -> After:
        """Deal with it, inside the turn's transaction."""

    async def park(self, uow: UnitOfWork, received: Received, now: datetime, rules: Rules) -> int:
        """It cannot be dealt with: make the item that speaks for it and park the inbox row; the item's number."""

    def sorry(self, language: str | None) -> Answer:
        """What a presser sees whose press could not be dealt with."""

    async def present_card(self, uow: UnitOfWork, card: Card, rules: Rules, now: datetime) -> Content | None:
        """What a card shows now."""

    async def present_telling(self, uow: UnitOfWork, telling: Telling, rules: Rules, now: datetime) -> Content | None:
        """The message of an outbox row, or None if there is nothing to say any more."""

    async def present_alarm(self, uow: UnitOfWork, telling: Telling, rules: Rules, now: datetime) -> AlarmWords | None:
        """What the operator's own means are given, or None while nobody is to be called about it."""


class Acts(Protocol):
    """What follows by itself from what became of a message (of the package `care.services`)."""

    async def record(self, uow: UnitOfWork, telling: Telling, result: SendResult, now: datetime, rules: Rules) -> None:
        """A telling ended."""

    async def shown(self, uow: UnitOfWork, card: Card, result: SendResult, now: datetime, rules: Rules) -> None:
        """A card was shown, or cannot be."""

    async def lost(self, uow: UnitOfWork, chat: int, message: int, now: datetime, rules: Rules) -> None:
        """A message of ours that was to say something else is not in its chat any more."""

    async def held(self, uow: UnitOfWork, number: int, now: datetime, rules: Rules) -> None:
        """Something urgent about the item has to wait for a group that takes nothing for now."""
