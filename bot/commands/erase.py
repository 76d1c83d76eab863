"""`gridcare erase`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli_options import EXIT_BAD_INPUT, ConfigOption, load_config_or_exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Config

PersonOption = Annotated[str, typer.Option("--person", metavar="REF", help="The person's ref of the roster.")]


def command(config: ConfigOption, person: PersonOption) -> None:
    """Forget a person: item numbers, states and times stay, the person does not.

    What is under way about him, from him or in his hands runs to its outcome first; the bot then does it by itself.
    """
    import asyncio  # noqa: PLC0415 -- here and below: so that --help is quick

    from bot import logging  # noqa: PLC0415

    logging.configure(level="WARNING")
    settings = load_config_or_exit(config)
    waits_for = asyncio.run(_erase(settings, person))
    if waits_for:
        numbers = ", ".join(f"#{number}" for number in waits_for)
        typer.echo(f"{person}: {numbers} first; the bot erases this person once that is settled")
    else:
        typer.echo(f"{person}: erased. What the bot has written in chats goes while it runs")


async def _erase(config: Config, ref: str) -> Sequence[int]:
    """What has to end first; nothing where it is done."""
    from bot.clock import RealClock  # noqa: PLC0415
    from bot.downloader import forget_files  # noqa: PLC0415
    from bot.rules import rules_of  # noqa: PLC0415
    from bot.tools import opened  # noqa: PLC0415
    from care.services import erasing  # noqa: PLC0415
    from storage.exporting import person_of  # noqa: PLC0415
    from storage.media import MediaFolder  # noqa: PLC0415

    rules, now = rules_of(config), RealClock().now()
    async with opened(config) as db:
        number = await person_of(db, ref)
        if number is None:
            _end(f"--person {ref}: nobody on file has this ref")
        done = False
        while not done:
            async with db.write() as uow:
                waits_for = await uow.erasures.waits_for(number)
                if waits_for:
                    await uow.erasures.wish(number, now, now)
                    return waits_for
                done = await erasing.erase(uow, await uow.people.get(number), now, rules)
        await forget_files(db, MediaFolder(config.storage.media_dir), now)
    return ()


def _end(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(EXIT_BAD_INPUT)
