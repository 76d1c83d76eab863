"""`gridcare import`, `invite`, `ledger` and `migrate` as an operator types them."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from care.domain.items import Action
from care.services import enrolment
from storage.database import Database
from storage.tables import people as people_table
from tests.contract.conftest import done, reported

ROOT = Path(__file__).parents[2]
ROSTER = """编号,角色,姓名,区域,电话,约定日期,问候方式,老人编号
K2,骑手,马骏,g1,13900000001,,,
K10,骑手,何晓东,g2,,,,
W1,网格员,李娟,g3-b3,,,,
E1,老人,王秀英,g1,,2025-11-01,窗帘,
F1,家属,李强,g1,,,,E1
"""
CONFIG = """
[telegram]
token = "123456:ABCDEFGHIJ"
base_url = "http://127.0.0.1:{port}"
[community]
name = "海关社区"
[[areas]]
id = "haiguan"
name = "海关社区"
level = "community"
"""
AREA = '[[areas]]\nid = "{}"\nname = "{}"\nlevel = "{}"\nparent = "{}"\n'


@dataclass(frozen=True)
class Office:
    """An operator's folder with a config in it."""

    folder: Path

    def types(self, command: str, *args: str) -> Result:
        return CliRunner().invoke(app, [command, "-c", str(self.folder / "config.toml"), *args])

    def brings(self, text: str | bytes, *args: str, name: str = "roster.csv") -> Result:
        (self.folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return self.types("import", str(self.folder / name), *args)

    def database(self, *, lock: bool = False) -> Database:
        return Database(f"sqlite:///{self.folder}/data/gridcare.db", key_file=self.folder / "gridcare.key", lock=lock)

    def serves(self, port: int) -> None:
        areas = [("g1", "第一网格", "grid", "haiguan"), ("g2", "第二网格", "grid", "haiguan")]
        areas += [("g3", "第三网格", "grid", "haiguan"), ("g3-b3", "3号楼", "building", "g3")]
        text = CONFIG.format(port=port) + "".join(AREA.format(*area) for area in areas)
        (self.folder / "config.toml").write_text(text, "utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    place = Office(tmp_path)
    place.serves(9)  # the discard port: nobody answers
    return place


@contextmanager
def bot_api(answer: object) -> Iterator[int]:
    """A server that answers everything so; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing on stderr."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def named(office: Office) -> Iterator[Office]:
    """An office whose server knows the bot's name."""
    with bot_api({"ok": True, "result": {"id": 1, "is_bot": True, "username": "pingan_bot"}}) as port:
        office.serves(port)
        yield office


def test_an_import_says_what_it_did_and_the_same_file_again_does_nothing(office: Office) -> None:
    first = office.brings(ROSTER)
    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines()[0] == "5 people: 5 new, 0 changed, 0 unchanged"
    assert "  courier      2 new, 0 changed, 0 unchanged" in first.stdout
    again = office.brings(ROSTER)
    assert (again.exit_code, again.stdout.splitlines()[0]) == (0, "5 people: 0 new, 0 changed, 5 unchanged")
    more = office.brings(ROSTER.replace("马骏", "马军") + "W2,网格员,赵敏,g1,,,,\n")
    assert more.stdout.splitlines()[0] == "6 people: 1 new, 1 changed, 4 unchanged"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_files_of_other_programs_are_the_same_roster(office: Office, encoding: str) -> None:
    office.brings(ROSTER)
    again = office.brings(ROSTER.encode(encoding))
    assert again.stdout.startswith("5 people: 0 new, 0 changed"), again.output
    book = openpyxl.Workbook()
    for line in ROSTER.splitlines():
        book.active.append(line.split(","))
    book.save(office.folder / "r.xlsx")
    assert office.types("import", str(office.folder / "r.xlsx")).stdout.startswith("5 people: 0 new, 0 changed")


def test_a_dry_run_writes_nothing(office: Office) -> None:
    rehearsal = office.brings(ROSTER, "--dry-run")
    assert rehearsal.exit_code == 0
    assert "5 new" in rehearsal.stdout
    assert "dry run" in rehearsal.stdout
    assert office.brings(ROSTER).stdout.startswith("5 people: 5 new")


def test_all_mistakes_come_at_once_and_nothing_is_imported(office: Office) -> None:
    bad = ROSTER + "K2,骑手,马俊,g9,1390000000,,,\n,骑士,,g1,,,,\nF2,家属,李梅,g1,,,,E9\n"
    result = office.brings(bad)
    assert result.exit_code == 2
    assert result.stdout == ""
    told = result.stderr
    for place in (
        "row 7, 姓名",
        "row 7, 区域",
        "row 7, 电话",
        "row 8, 编号",
        "row 8, 角色",
        "row 9, 老人编号",
    ):
        assert f"roster.csv: {place}" in told
    assert "7 mistakes in roster.csv; nothing was imported." in told
    assert "1390000000" not in told
    assert office.brings(ROSTER).stdout.startswith("5 people: 5 new")


def test_a_warning_does_not_stop_an_import(office: Office) -> None:
    result = office.brings("ref,role,name,area,remarks\nW1,worker,李娟,g1,x\n")
    assert result.exit_code == 0
    assert "roster.csv: warning: row 1, remarks: nobody reads this column" in result.stderr


def test_a_file_that_cannot_be_read_ends_with_two(office: Office) -> None:
    result = office.types("import", str(office.folder / "nothing.csv"))
    assert result.exit_code == 2
    assert "No such file" in result.stderr
    assert office.brings("x", name="roster.txt").exit_code == 2


def test_a_database_of_another_key_ends_an_import_with_its_reason(office: Office) -> None:
    office.brings(ROSTER)
    (office.folder / "gridcare.key").unlink()
    result = office.brings(ROSTER)
    assert result.exit_code == 2
    assert "gridcare.key" in result.stderr


async def test_an_import_runs_beside_a_bot_that_holds_the_lock_and_writes(office: Office) -> None:
    """The bot's lock is not asked for, and its own writing goes on."""
    (office.folder / "roster.csv").write_text(ROSTER, "utf-8")
    written = 0
    async with office.database(lock=True) as bot:
        argv = ["import", "-c", str(office.folder / "config.toml"), str(office.folder / "roster.csv")]
        tool = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        ending = asyncio.ensure_future(tool.communicate())
        while not ending.done():
            async with bot.write() as uow:
                written += 1
                await uow.meta.put("beat", str(written))
            await asyncio.wait({ending}, timeout=0.005)
        out, err = await ending
        assert (tool.returncode, err.decode()) == (0, "")
        assert out.decode().startswith("5 people: 5 new")
        async with bot.read() as uow:
            assert await uow.meta.get("beat") == str(written)
    assert written > 5


def test_everybody_who_is_not_in_the_chat_gets_one_line(named: Office) -> None:
    named.brings(ROSTER)
    result = named.types("invite", "--role", "courier")
    assert result.exit_code == 0, result.output
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [line[:2] for line in lines] == [["K2", "马骏"], ["K10", "何晓东"]]
    tokens = [re.fullmatch(r"https://t\.me/pingan_bot\?start=([A-Za-z0-9_-]{22,64})", line[2]) for line in lines]
    assert all(tokens)
    assert len({match[1] for match in tokens if match}) == 2


async def test_a_printed_link_lets_its_person_in_and_the_next_list_leaves_him_out(named: Office) -> None:
    await asyncio.to_thread(named.brings, ROSTER)
    result = await asyncio.to_thread(named.types, "invite", "--role", "courier", "--ref", "K2")
    [line] = result.stdout.splitlines()
    async with named.database() as db, db.write() as uow:
        person = await enrolment.redeem(uow, line.split("start=")[1], 700, "小马", None, datetime.now(UTC))
        assert (person.ref, person.telegram_id) == ("K2", 700)
    rest = await asyncio.to_thread(named.types, "invite", "--role", "courier")
    assert [line.split("\t")[0] for line in rest.stdout.splitlines()] == ["K10"]
    assert "1 of 2 in the chat already" in rest.stderr


def test_no_link_lies_in_the_database(named: Office) -> None:
    named.brings(ROSTER)
    link = named.types("invite", "--role", "worker").stdout.split("start=")[1].strip()
    for file in (named.folder / "data").iterdir():
        assert link.encode() not in file.read_bytes()


def test_a_second_list_says_that_the_first_no_longer_works(named: Office) -> None:
    named.brings(ROSTER)
    assert named.types("invite", "--role", "courier").stderr == ""
    assert "2 older links replaced" in named.types("invite", "--role", "courier").stderr


def test_an_area_means_all_below_it(named: Office) -> None:
    named.brings(ROSTER)
    for area, refs in (("g3", ["W1"]), ("haiguan", ["W1"]), ("g1", [])):
        result = named.types("invite", "--role", "worker", "--area", area)
        assert [line.split("\t")[0] for line in result.stdout.splitlines()] == refs
    assert "nobody on file is worker in this area" in result.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--role", "courier", "--area", "g9"), "there is no such area; the ids are: haiguan, g1"),
        (("--role", "courier", "--ref", "X"), "nobody on file has this ref"),
        (("--role", "courier", "--ref", "W1"), "not on file as courier"),
        (("--role", "courier", "--pdf", "/nowhere/cards.pdf"), "expected a file in a folder that is there"),
        (("--role", "king"), "king"),
    ],
)
def test_an_invitation_that_cannot_be_says_why(named: Office, args: tuple[str, ...], words: str) -> None:
    named.brings(ROSTER)
    result = named.types("invite", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


@pytest.mark.parametrize("answer", [{"ok": True, "result": None}, {"ok": True, "result": {"username": "a/b"}}, None])
def test_without_the_bots_name_no_link_is_made(office: Office, answer: object) -> None:
    office.brings(ROSTER)
    if answer is None:  # nobody answers at all
        result = office.types("invite", "--role", "courier")
    else:
        with bot_api(answer) as port:
            office.serves(port)
            result = office.types("invite", "--role", "courier")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no link was made" in result.stderr
    assert "ABCDEFGHIJ" not in result.output
    with sqlite3.connect(office.folder / "data" / "gridcare.db") as db:
        assert db.execute("SELECT count(*) FROM invites").fetchone() == (0,)
    db.close()


def test_cards_are_printed_beside_the_lines(named: Office) -> None:
    named.brings(ROSTER)
    result = named.types("invite", "--role", "courier", "--pdf", str(named.folder / "cards.pdf"))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert (named.folder / "cards.pdf").read_bytes().startswith(b"%PDF-")


async def test_the_ledger_prints_json_lines_of_whole_local_days(office: Office) -> None:
    await asyncio.to_thread(office.brings, ROSTER)
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)  # the 2nd of March begins in Shanghai
    async with office.database() as db, db.write() as uow:
        [row] = (await uow.link.run(people_table.select().where(people_table.c.ref == "K2"))).all()
        for at in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(days=1)):
            item = await reported(uow, row.id, at)
            await done(uow, item, Action.SEND_OUT, None, at)
    result = await asyncio.to_thread(office.types, "ledger", "--from", "2026-03-02", "--to", "2026-03-02", "--json")
    assert result.exit_code == 0, result.output
    [record] = [json.loads(line) for line in result.stdout.splitlines()]
    assert (record["number"], record["opened_at"]) == (2, "2026-03-01T16:00:00Z")
    assert record["history"][0] == {"at": "2026-03-01T16:00:00Z", "who": "K2", "action": "report", "reason": None}


@pytest.mark.parametrize(
    "args",
    [
        ("--from", "2026-02-30", "--to", "2026-03-02", "--json"),
        ("--from", "2026-03-02", "--to", "2026-03-01", "--json"),
        ("--from", "2026-03-02", "--to", "9999-12-31", "--json"),
        ("--from", "2026-03-02", "--to", "2026-03-02"),
    ],
)
def test_a_ledger_of_impossible_days_is_refused(office: Office, args: tuple[str, ...]) -> None:
    result = office.types("ledger", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected" in result.stderr


def test_migrate_makes_the_schema_and_then_has_nothing_to_do(office: Office) -> None:
    first = office.types("migrate")
    assert first.exit_code == 0
    assert "from empty to revision" in first.stdout
    assert "the newest" in office.types("migrate").stdout


def test_migrate_says_when_the_database_cannot_be_opened(office: Office) -> None:
    (office.folder / "data").write_text("a file where a folder should be")
    result = office.types("migrate")
    assert result.exit_code == 4
    assert "data" in result.stderr
