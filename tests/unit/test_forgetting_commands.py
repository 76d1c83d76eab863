"""`gridcare export` and `erase` as an operator types them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from sqlalchemy import select, update

from care.domain.items import Action
from storage.exporting import HIS_OWN
from storage.media import MediaFolder
from storage.redeem import NAMES_A_PERSON
from storage.tables import history, items, metadata, people
from tests.contract.conftest import NOW, done, reported
from tests.unit.test_people_commands import ROSTER, Office, office

__all__ = ["office"]

PICTURE = b"\xff\xd8\xff not much of a picture"


async def a_report(place: Office, ref: str, *, ended: bool) -> Path:
    """He has reported something with a photo; where that is on disk."""
    async with place.database() as db:
        sha256 = await MediaFolder(place.folder / "data/media").keep(PICTURE, "document")
        async with db.write() as uow:
            person = (await uow.link.run(select(people.c.id).where(people.c.ref == ref))).scalar_one()
            await uow.link.run(update(people).where(people.c.id == person).values(telegram_id=77))
            item = await reported(uow, person)
            media = {"purpose": "report", "kind": "photo", "file": "F", "unique": "U", "size": 9, "by": person}
            await uow.media.add(item.number, at=NOW, due_at=None, **media)
            [medium] = await uow.media.of_item(item.number)
            await uow.media.kept(medium.id, sha256, None)
            item = await done(uow, item, Action.SEND_OUT, None)
            for action in (Action.CLAIM, Action.RESOLVE) if ended else ():
                item = await done(uow, item, action, None)
    return place.folder / "data/media" / sha256[:2] / sha256[2:4] / sha256


def test_a_person_gets_all_that_is_kept_of_him_and_nothing_of_others(office: Office) -> None:
    office.brings(ROSTER)
    asyncio.run(a_report(office, "K2", ended=False))
    out = office.folder / "his"
    told = office.types("export", "--person", "K2", "--out", str(out))
    assert told.exit_code == 0, told.output
    kept = json.loads((out / "person.json").read_text("utf-8"))
    assert kept["people"][0]["name"] == "马骏"
    assert kept["people"][0]["phone"] == "+8613900000001"
    assert kept["items"][0]["text"] == "路灯坏了"
    assert [line["action"] for line in kept["history"]] == ["report", "send_out"]
    assert "何晓东" not in json.dumps(kept, ensure_ascii=False)
    [photo] = (out / "photos").iterdir()
    assert photo.name == "1-1.jpg"
    assert photo.read_bytes() == PICTURE
    assert (out / "person.json").stat().st_mode & 0o077 == 0


def test_whoever_is_erased_leaves_a_number(office: Office) -> None:
    office.brings(ROSTER)
    file = asyncio.run(a_report(office, "K2", ended=True))
    assert file.exists()
    told = office.types("erase", "--person", "K2")
    assert (told.exit_code, told.output.split(".")[0]) == (0, "K2: erased")
    assert not file.exists()
    assert office.types("erase", "--person", "K2").exit_code == 2
    assert office.types("export", "--person", "K2", "--out", str(office.folder / "x")).exit_code == 2
    assert not (office.folder / "x").exists()

    async def look() -> tuple[str, str]:
        async with office.database() as db, db.read() as uow:
            return (await uow.items.get(1)).text, (await uow.people.get(1)).name

    assert asyncio.run(look()) == ("", "—")
    assert office.types("erase", "--person", "E1").exit_code == 0  # an elder, too


def test_what_is_under_way_is_waited_for(office: Office) -> None:
    office.brings(ROSTER)
    file = asyncio.run(a_report(office, "K2", ended=False))
    told = office.types("erase", "--person", "K2")
    assert (told.exit_code, told.output) == (0, "K2: #1 first; the bot erases this person once that is settled\n")
    assert file.exists()

    async def wished() -> bool:
        async with office.database() as db, db.read() as uow:
            return await uow.erasures.find(1) is not None

    assert asyncio.run(wished())


def test_an_unknown_ref_is_said_so(office: Office) -> None:
    office.brings(ROSTER)
    for command in (["erase"], ["export", "--out", str(office.folder / "x")]):
        told = office.types(command[0], "--person", "K99", *command[1:])
        assert (told.exit_code, told.output) == (2, "--person K99: nobody on file has this ref\n")


def test_no_table_that_names_a_person_is_left_out_of_an_export() -> None:
    naming = {column.table.name for column in NAMES_A_PERSON} | {"posts", "elders", "kin"}
    assert naming <= {table.name for table, _ in HIS_OWN} | {history.name}
    assert items.name in metadata.tables
