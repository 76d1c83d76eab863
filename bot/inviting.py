"""Links by which people on the roster get into the chat: random, single-use, thirty days, kept only as a hash."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram.error import TelegramError

from bot.config import Config
from bot.invite_cards import InviteCard
from bot.logging import masked
from bot.transport import AiohttpRequest
from care.domain.areas import Tree
from care.domain.people import Role
from care.locale import say
from care.services.enrolment import fingerprint
from handlers.messenger import Line
from storage.database import Database
from storage.invites import Invitee, give_out, invitees

VALID_FOR = timedelta(days=30)
TOKEN_BYTES = 18  # 144 bits of chance; 24 characters, so that the code on a card stays coarse and easy to scan
_USERNAME = re.compile(r"[A-Za-z0-9_]{3,64}")


class NoName(Exception):
    """The bot's name, which every link needs, could not be learnt; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A link for one person."""

    to: Invitee
    link: str


async def bot_name(config: Config) -> str:
    """The bot's user name, asked of the server; raises NoName."""
    root = config.telegram.base_url
    shown = masked(root)
    calling, polling = AiohttpRequest(read_timeout=10.0), AiohttpRequest()
    line = Line(
        config.telegram.token.get_secret_value(),
        base_url=f"{root}/bot",
        request=calling,
        get_updates_request=polling,
    )
    await calling.initialize()
    try:
        me: Any = await line.call("getMe")
    except TelegramError as error:
        raise NoName(f"{shown} does not tell the bot's name ({masked(str(error))}); no link was made") from None
    finally:
        await calling.shutdown()
    name = me.get("username") if isinstance(me, dict) else None
    if not isinstance(name, str) or not _USERNAME.fullmatch(name):
        raise NoName(f"{shown} gave no user name for the bot; no link was made")
    return name


async def candidates(db: Database, role: Role, tree: Tree, *, area: str | None, ref: str | None) -> list[Invitee]:
    """Those of this role in the area or below it, or the one with this ref, in the order of their refs."""
    people = await invitees(db, role)
    if ref is not None:
        people = [person for person in people if person.ref == ref]
    if area is not None:
        people = [person for person in people if any(tree.under(home, area) for home in person.areas)]
    return sorted(people, key=lambda person: _natural(person.ref))


async def invite(
    db: Database, role: Role, people: Sequence[Invitee], *, bot: str, now: datetime
) -> tuple[list[Invitation], int]:
    """A new link for each of them, and how many older links it replaced: those no longer work."""
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in people]
    hashes = [(person.person, fingerprint(token)) for person, token in zip(people, tokens, strict=True)]
    replaced = await give_out(db, role, hashes, now=now, expires_at=now + VALID_FOR)
    links = [f"https://t.me/{bot}?start={token}" for token in tokens]
    return [Invitation(to=person, link=link) for person, link in zip(people, links, strict=True)], replaced


def card(invitation: Invitation, role: Role, config: Config, tree: Tree, *, now: datetime) -> InviteCard:
    """What is printed for one person, in his own language."""
    to = invitation.to
    language = to.language or config.community.language
    last = (now + VALID_FOR).astimezone(config.community.timezone) - timedelta(days=1)  # the last whole day
    home = tree.get(to.areas[0]) if to.areas else None
    subtitle = [say(language, f"role.{role}"), home.name if home else "", to.building or ""]
    return InviteCard(
        heading=config.community.name,
        name=to.name,
        subtitle=" · ".join(dict.fromkeys(part for part in subtitle if part)),
        how=say(language, "invite.how"),
        small=(
            say(language, "invite.until", ref=to.ref, year=last.year, month=last.month, day=last.day),
            say(language, "invite.yours_alone"),
        ),
        link=invitation.link,
    )


def _natural(ref: str) -> list[tuple[int, int, str]]:
    """A2 before A10."""
    parts = re.findall(r"\d+|\D+", ref)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
