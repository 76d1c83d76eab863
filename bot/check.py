"""What `gridcare check` finds out: who the bot is, what each area is bound to, and what would go wrong later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from telegram.error import EndPointNotFound, TelegramError

from bot.check_machine import machine_warnings
from bot.config import Area as AreaConfig
from bot.config import Config
from bot.ringing import missing_program
from bot.rules import boundaries_of, rules_of, tree_of
from bot.transport import AiohttpRequest
from care.domain.areas import Area, Level, Tree
from care.domain.geo import size_and_centre
from care.domain.people import WORKING
from care.domain.rules import Rules
from care.locale import say
from care.services.groups import able_in
from care.services.ports import Binding, UnitOfWork
from handlers.messenger import Line
from handlers.outcomes import LONGEST_ERROR, NoSuchMethod, ServerFault, TokenRefused
from storage.database import Database

_ADMIN = frozenset({"administrator", "creator"})
_ENROL = "Enrol somebody: gridcare import with the role worker, then gridcare invite --role worker"
_LET_IN = "Add the bot to that group, or send /bind in the right one"
_PROMOTE = "In the group open its settings, Administrators, and add the bot"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One area as it stands: its boundary (km2, centre's latitude and longitude), its chat, who works there."""

    area: Area
    boundary: tuple[float, float, float] | None
    binding: Binding | None
    chat: str = ""  # what the network says of the chat
    workers: int = 0


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that was found. `refused`: getMe did not accept the token; `offline`: nobody answered."""

    fingerprint: str = ""  # of the key that the database is written with
    username: str = ""
    refused: str = ""
    offline: str = ""
    places: Sequence[Place] = ()
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Filed:
    """What is on file. `lost`: bindings to groups that have put the bot out; `unmanned`: grids without a worker."""

    bindings: Sequence[Binding]
    lost: Sequence[Binding]
    workers: Mapping[str, int]
    unmanned: Sequence[Area]


async def look(config: Config) -> Report:
    """Open the storage, ask Telegram, compare. Raises storage's CannotOpen."""
    storage = config.storage
    async with (
        Database(storage.url, key_file=storage.key_file) as db,
        AiohttpRequest(read_timeout=10) as calling,
        AiohttpRequest(connections=1) as polling,
    ):
        line = Line(
            config.telegram.token.get_secret_value(),
            base_url=f"{config.telegram.base_url}/bot",
            request=calling,
            get_updates_request=polling,
        )
        try:
            me = await line.call("getMe")
        except (TokenRefused, NoSuchMethod) as error:
            return Report(fingerprint=db.fingerprint, refused=error.message, warnings=machine_warnings(config))
        except TelegramError as error:
            said = error.message[:LONGEST_ERROR]
            return Report(fingerprint=db.fingerprint, offline=said, warnings=machine_warnings(config))
        async with db.read() as uow:
            filed = Filed(
                bindings=await uow.bindings.all(),
                lost=await uow.bindings.lost(),
                workers=await _workers(uow, tree_of(config)),
                unmanned=await _unmanned(uow, rules_of(config)),
            )
        found = await _report(config, line, me if isinstance(me, dict) else {}, filed)
        return replace(found, fingerprint=db.fingerprint, warnings=[*machine_warnings(config), *found.warnings])


async def _workers(uow: UnitOfWork, tree: Tree) -> dict[str, int]:
    """How many people are enrolled to work in each area or below it."""
    counts = {}
    for area in tree.areas:
        below = [other for other in tree.areas if tree.under(other, area)]
        counts[area] = len({person.id for person in await uow.people.holding(WORKING, below)})
    return counts


async def _unmanned(uow: UnitOfWork, rules: Rules) -> list[Area]:
    """Grids where nobody is enrolled who could take what concerns an elder."""
    grids = [area for area in rules.tree.areas.values() if area.level is Level.GRID]
    return [grid for grid in grids if not await able_in(uow, grid.id, rules)]


async def _report(config: Config, line: Line, me: dict[str, Any], filed: Filed) -> Report:
    tree, shapes = tree_of(config), boundaries_of(config).shapes
    bound = {binding.area: binding for binding in (*filed.bindings, *filed.lost)}
    seeds = {area.id: area for area in config.areas}
    places, warnings = [], _general(config, tree, filed)
    for area in tree.areas.values():
        binding = bound.get(area.id) or _seed(seeds[area.id])
        chat, complaint = await _ask_chat(line, binding.chat, me.get("id")) if binding else ("", None)
        if complaint:
            warnings.append(f"{area.name} ({area.id}): {complaint}")
        warnings += _differences(seeds[area.id], bound.get(area.id))
        shape = size_and_centre(shapes[area.id]) if area.id in shapes else None
        places.append(Place(area=area, boundary=shape, binding=binding, chat=chat, workers=filed.workers[area.id]))
    return Report(username=str(me.get("username") or ""), places=places, warnings=warnings)


def _general(config: Config, tree: Tree, filed: Filed) -> list[str]:
    """What is odd about the installation as a whole."""
    warnings = []
    if not config.community.admins:
        warnings.append(
            "community.admins is empty: nobody hears what no grid and no coordinator has settled. Write your own "
            "Telegram user id there (a number; @userinfobot tells it)"
        )
    if not filed.bindings and not any(area.chat_id for area in config.areas):
        warnings.append(
            "no area is bound to a chat: everything goes to the coordinators in private. Add the bot to a grid's group "
            "and send /bind there"
        )
    if (program := missing_program(config)) is not None:
        warnings.append(
            f"alarm.command: {program} is not found, or may not be run: nobody will be called when nobody takes "
            "something urgent. Install it, write its full path, or make it executable (chmod +x)"
        )
    warnings += [
        f"a chat is bound to the area {binding.area}, which the config does not have. Add the area "
        "again, or send /unbind in that chat"
        for binding in filed.bindings
        if tree.get(binding.area) is None
    ]
    warnings += [
        f"{area.name} ({area.id}): chat {binding.chat} has put the bot out; let it in again, or send /bind elsewhere"
        for binding in filed.lost
        if (area := tree.get(binding.area)) is not None
    ]
    warnings += [
        f"{say(config.community.language, 'watch.no_worker', area=grid.name)}. {_ENROL}" for grid in filed.unmanned
    ]
    return warnings


def _seed(area: AreaConfig) -> Binding | None:
    """The binding that the first run will make."""
    if area.chat_id is None:
        return None
    return Binding(area=area.id, chat=area.chat_id, thread=area.thread_id, audience=area.audience)


def _differences(area: AreaConfig, binding: Binding | None) -> list[str]:
    """Where the config and the database say different things: the database wins."""
    found = []
    if area.chat_id is not None and area.audience_is_assumed:
        found.append(
            f'{area.name} ({area.id}): audience is not given, "{area.audience}" is assumed. Write '
            'audience = "staff" (only workers are in the group) or "residents" (neighbours too)'
        )
    seed = _seed(area)
    if seed is not None and binding is not None and seed != binding:
        found.append(
            f"{area.name} ({area.id}): the config says {_described(seed)}, "
            f"the database {_described(binding)}; the database wins. "
            "If the config is right, send /bind in its chat; else correct the config"
        )
    return found


def _described(binding: Binding) -> str:
    thread = f" topic {binding.thread}" if binding.thread is not None else ""
    return f"chat {binding.chat}{thread} ({binding.audience})"


async def _ask_chat(line: Line, chat: int, me: object) -> tuple[str, str | None]:
    """What the network says of a chat, and what is wrong with it."""
    try:
        found = await line.call("getChat", {"chat_id": chat})
        title = str(found.get("title") or "") if isinstance(found, dict) else ""
        member = await line.call("getChatMember", {"chat_id": chat, "user_id": me})
    except EndPointNotFound:
        return "this server does not say", None
    except ServerFault as error:
        if error.says_unsupported:
            return "this server does not say", None
        return "unknown", f"chat {chat} cannot be looked at: {error.message[:LONGEST_ERROR]}"
    except TelegramError as error:
        return "not reachable", f"chat {chat} cannot be reached: {error.message[:LONGEST_ERROR]}. {_LET_IN}"
    if not isinstance(member, dict) or member.get("status") not in _ADMIN:
        return (
            f"{title}, not an admin",
            f"the bot is no admin of chat {chat}: it does not see photos sent as proof. {_PROMOTE}",
        )
    return f"{title}, admin", None
