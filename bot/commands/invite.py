"""`gridcare invite`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli_options import EXIT_BAD_INPUT, ConfigOption, load_config_or_exit
from care.domain.people import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.config import Config
    from bot.inviting import Invitation

RoleOption = Annotated[Role, typer.Option("--role", help="Invite those who have this role.")]
AreaOption = Annotated[str | None, typer.Option("--area", metavar="ID", help="Only in this area and below it.")]
RefOption = Annotated[str | None, typer.Option("--ref", help="Only this person.")]
PdfOption = Annotated[Path | None, typer.Option("--pdf", metavar="cards.pdf", help="Also print cards to cut apart.")]


def command(
    config: ConfigOption, role: RoleOption, area: AreaOption = None, ref: RefOption = None, pdf: PdfOption = None
) -> None:
    """Print a link for each person on the roster who is not in the chat yet; older links of theirs end.

    A line a person: REF, NAME and the link, with tabs between them. A link works once, within 30 days.
    """
    import asyncio  # noqa: PLC0415 -- here and below: so that --help is quick

    from bot import logging  # noqa: PLC0415
    from bot.clock import RealClock  # noqa: PLC0415
    from bot.rules import tree_of  # noqa: PLC0415

    logging.configure(level="WARNING")
    settings = load_config_or_exit(config)
    tree = tree_of(settings)
    if area is not None and area not in tree.areas:
        _end(f"--area {area}: there is no such area; the ids are: {', '.join(tree.areas)}")
    if pdf is not None and (pdf.is_dir() or not pdf.absolute().parent.is_dir()):
        _end(f"--pdf {pdf}: expected a file in a folder that is there")
    now = RealClock().now()
    invitations = asyncio.run(_invite(settings, role, area, ref, now))
    for invitation in invitations:
        typer.echo(f"{invitation.to.ref}\t{invitation.to.name}\t{invitation.link}")
    if pdf is not None and invitations:
        _draw(pdf, invitations, role, settings, now)


async def _invite(config: Config, role: Role, area: str | None, ref: str | None, now: datetime) -> list[Invitation]:
    from bot.inviting import NoName, bot_name, candidates, invite  # noqa: PLC0415
    from bot.rules import tree_of  # noqa: PLC0415
    from bot.tools import opened  # noqa: PLC0415
    from storage.invites import is_on_file  # noqa: PLC0415

    async with opened(config) as db:
        found = await candidates(db, role, tree_of(config), area=area, ref=ref)
        people = [person for person in found if not person.linked]
        if ref is not None and not found:
            known = await is_on_file(db, ref)
            where = " in this area" if area else ""
            _end(f"--ref {ref}: {f'not on file as {role}{where}' if known else 'nobody on file has this ref'}")
        if linked := len(found) - len(people):
            typer.echo(f"{linked} of {len(found)} in the chat already: no link needed", err=True)
        if not people:
            if not found:
                typer.echo(f"nobody on file is {role}{' in this area' if area else ''}", err=True)
            return []
        try:
            bot = await bot_name(config)
        except NoName as error:
            _end(str(error))
        invitations, replaced = await invite(db, role, people, bot=bot, now=now)
    if replaced:
        typer.echo(
            f"{replaced} older link{'s' if replaced > 1 else ''} replaced: what was printed no longer works", err=True
        )
    return invitations


def _draw(file: Path, invitations: Sequence[Invitation], role: Role, config: Config, now: datetime) -> None:
    from bot.invite_cards import draw  # noqa: PLC0415
    from bot.inviting import card  # noqa: PLC0415
    from bot.pdf import FontPen, ReadersPen, find_chinese_font  # noqa: PLC0415
    from bot.rules import tree_of  # noqa: PLC0415

    font = find_chinese_font()
    if font is None:
        typer.echo(
            "no Chinese font on this machine: the cards use the font of the computer that opens them. To put it into "
            "the file, install one (Debian: fonts-noto-cjk) and invite again",
            err=True,
        )
    tree = tree_of(config)
    cards = [card(invitation, role, config, tree, now=now) for invitation in invitations]
    try:
        file.write_bytes(draw(cards, FontPen(font) if font else ReadersPen()))
    except OSError as error:
        _end(f"--pdf {file}: {error.strerror or error}; the links above are good all the same")


def _end(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(EXIT_BAD_INPUT)
