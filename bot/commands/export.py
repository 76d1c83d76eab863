"""`gridcare export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.cli_options import EXIT_BAD_INPUT, ConfigOption, load_config_or_exit

if TYPE_CHECKING:
    from bot.config import Config

PersonOption = Annotated[str, typer.Option("--person", metavar="REF", help="The person's ref of the roster.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="A folder; it is made if it is not there.")]

ENDINGS = {"photo": ".jpg", "video": ".mp4", "voice": ".ogg", "video_note": ".mp4", "animation": ".mp4"}


def command(config: ConfigOption, person: PersonOption, out: OutOption) -> None:
    """Write all that is kept of a person to DIR: person.json, and his photos in DIR/photos."""
    import asyncio  # noqa: PLC0415 -- here and below: so that --help is quick

    from bot import logging  # noqa: PLC0415

    logging.configure(level="WARNING")
    settings = load_config_or_exit(config)
    try:
        count = asyncio.run(_export(settings, person, out))
    except OSError as error:
        _end(f"--out {out}: {error.strerror or error}")
    typer.echo(
        f"{out / 'person.json'}, and {count} photo{'' if count == 1 else 's'} or file{'' if count == 1 else 's'}"
    )


async def _export(config: Config, ref: str, out: Path) -> int:
    import json  # noqa: PLC0415

    from bot.tools import opened  # noqa: PLC0415
    from storage.exporting import everything_of, person_of  # noqa: PLC0415
    from storage.media import MediaFolder  # noqa: PLC0415

    async with opened(config) as db:
        person = await person_of(db, ref)
        if person is None:
            _end(f"--person {ref}: nobody on file has this ref")
        found = await everything_of(db, person)
    _private_folder(out)
    _write(out / "person.json", json.dumps(found, ensure_ascii=False, indent=2).encode())
    return await _photos(MediaFolder(config.storage.media_dir), found.get("media", []), out / "photos")


async def _photos(store: Any, media: list[dict[str, Any]], folder: Path) -> int:
    """What of his is on disk, named by item: `128-7.jpg`; how many."""
    written = 0
    _private_folder(folder)
    for row in media:
        content = await store.read(row["sha256"]) if row.get("sha256") else None
        if content is not None:
            _write(folder / f"{row['item']}-{row['id']}{ENDINGS.get(row['kind'], '.bin')}", content)
            written += 1
    return written


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _write(file: Path, content: bytes) -> None:
    """Readable by the operator alone."""
    file.touch(mode=0o600)
    file.write_bytes(content)


def _end(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(EXIT_BAD_INPUT)
