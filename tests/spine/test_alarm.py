"""The last rung: a real command or a real webhook is told, sooner or later, whatever becomes of Telegram."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from spine_rig import RULES, START, Rig, until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot import alarm as alarm_module
from bot.alarm import Alarmer, pause_after
from bot.build import build
from bot.clock import ManualClock
from bot.config import Config
from bot.config.models import Web as Section
from bot.gridcare import Gridcare
from bot.jobs import Desk
from bot.ringing import Command, Means, NotTold, Webhook
from bot.sandbox.serve import serve
from bot.sandbox.world import World
from bot.serving import serving
from bot.web import Web
from care.domain.areas import Area, Level, Tree
from care.domain.items import Action, Category, Details, Item, Kind, Severity, begin
from care.domain.rules import Rules
from care.services import alarm
from care.services.ports import Telling
from handlers import face
from handlers.content import AlarmWords
from storage.database import Database

TREE = Tree.of(
    [
        Area(id="haiguan", name="海关社区", level=Level.COMMUNITY),
        Area(id="g3", name="第三网格", level=Level.GRID, parent="haiguan"),
        Area(id="b3", name="3号楼", level=Level.BUILDING, parent="g3"),
    ]
)
ALARMING = replace(RULES, tree=TREE, alarm=True)
TEXT = "紧急：第三网格 #1 随手拍·安全隐患，10:00 起没有人接。请马上联系网格员。"
WORDS = AlarmWords(area="第三网格", text=TEXT, item=1, severity="urgent")


class Sms:
    """A shell script that notes whom it called with what; it fails while `broken` is there."""

    def __init__(self, folder: Path) -> None:
        self._told, self._broken = folder / "told", folder / "broken"
        self.file = folder / "notify-sms"
        self.file.write_text(
            f'#!/bin/sh\nprintf "a secret" >&2\n[ -e "{self._broken}" ] && exit 7\n'
            f'printf "%s|%s\\n" "$1" "$2" >>"{self._told}"\n',
            encoding="utf-8",
        )
        self.file.chmod(0o755)

    @property
    def words(self) -> list[str]:
        return [str(self.file), "{area}", "{text}"]

    @property
    def told(self) -> list[str]:
        return self._told.read_text("utf-8").splitlines() if self._told.exists() else []

    def breaks(self) -> None:
        self._broken.touch()

    def is_mended(self) -> None:
        self._broken.unlink()


class Hook:
    """A web server that takes alarms; `answers` come one after the other, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        self.answers: list[Response] = []
        self.delay = 0.0

    async def take(self, request: Request) -> Response:
        body = await request.body()
        self.got.append((request.method, json.loads(body) if body else None))
        await asyncio.sleep(self.delay)
        return self.answers.pop(0) if self.answers else PlainTextResponse("a secret")

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self.take, methods=["GET", "POST"])])


@pytest.fixture
def sms(tmp_path: Path) -> Sms:
    return Sms(tmp_path)


@asynccontextmanager
async def ringing(rig: Rig, means: Means | None, rules: Rules = ALARMING) -> AsyncIterator[Alarmer]:
    """The alarm's loop at work, with the real face."""
    desk = Desk(rig.db, rig.messenger, face, rig.acts, rig.clock, rules)  # type: ignore[arg-type]
    alarmer = Alarmer(desk, means)
    forget = rig.db.on_commit(alarmer.bell.ring, alarmer.READS)
    task = asyncio.create_task(alarmer.run())
    try:
        yield alarmer
    finally:
        forget()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await alarmer.finish(1.0)


async def urgent(db: Database, **details: Any) -> Item:
    """An urgent report of a hazard in the third grid, open."""
    given = {"kind": Kind.REPORT, "category": Category.HAZARD, "severity": Severity.URGENT, "area": "g3"} | details
    async with db.write() as uow:
        number = await uow.items.next_number()
        item, event = begin(number, Action.RAISE, at=START, actor=None, details=Details(text="王奶奶摔了", **given))
        await uow.items.add(item, event, None)
    return item


async def act(rig: Rig, number: int, action: Action) -> None:
    async with rig.db.write() as uow:
        person = await uow.people.meet(21, "李娟", None)
        item, event = (await uow.items.get(number)).apply(action, at=rig.clock.now(), actor=person.id)
        await uow.items.save(item, event, None)


async def sound(db: Database, item: Item, key: str = "k", rules: Rules = ALARMING) -> bool:
    async with db.write() as uow:
        return await alarm.sound(uow, item, START, rules, key=key)


async def row(db: Database, number: int = 1) -> Telling:
    async with db.read() as uow:
        found = await uow.outbox.get(number)
    assert found is not None
    return found


# ---------------------------------------------------------------- told


async def test_the_command_is_told_where_and_what_and_nothing_personal(rig: Rig, sms: Sms):
    item = await urgent(rig.db)
    with capture_logs() as logs:
        async with ringing(rig, Command(sms.words)) as alarmer:
            assert await sound(rig.db, item)
            assert await sound(rig.db, item)  # the same key: it is rung already
            await until(lambda: alarmer.idle)
    assert sms.told == [f"第三网格|{TEXT}"]
    assert (await row(rig.db)).state == "sent"
    assert [one["event"] for one in logs if one["event"].startswith("alarm.")] == ["alarm.sounded", "alarm.told"]
    assert "王奶奶" not in str(logs)


async def test_the_webhook_is_told_in_json(rig: Rig):
    hook = Hook()
    hook.answers = [PlainTextResponse("", 204)]
    async with serving(hook.app, "127.0.0.1", 0) as root, ringing(rig, Webhook(f"{root}/call?key=s3cret")) as alarmer:
        await sound(rig.db, await urgent(rig.db))
        await until(lambda: alarmer.idle)
    assert hook.got == [("POST", {"area": "第三网格", "text": TEXT, "item": 1, "severity": "urgent"})]
    assert (await row(rig.db)).state == "sent"


@pytest.mark.parametrize(
    ("details", "language", "area", "text"),
    [
        ({}, "en", "第三网格", "Urgent: 第三网格 #1, Report (Safety hazard): nobody has taken it since 10:00. "
         "Please call the grid's workers at once."),
        # an elder's call: the building would say who she is
        ({"kind": Kind.SOS, "category": None, "area": "b3"}, "zh", "第三网格",
         "紧急：第三网格 #1 紧急求助，10:00 起没有人接。请马上联系网格员。"),
        ({"area": None}, "zh", "海关社区", "紧急：海关社区 #1 随手拍·安全隐患，10:00 起没有人接。请马上联系网格员。"),
    ],
)  # fmt: skip
async def test_what_it_says(rig: Rig, sms: Sms, details: dict[str, Any], language: str, area: str, text: str):
    rules = replace(ALARMING, language=language)
    async with ringing(rig, Command(sms.words), rules) as alarmer:
        await sound(rig.db, await urgent(rig.db, **details), rules=rules)
        await until(lambda: alarmer.idle)
    assert sms.told == [f"{area}|{text}"]


async def test_on_another_day_it_says_which(rig: Rig, sms: Sms):
    sms.breaks()
    async with ringing(rig, Command(sms.words)) as alarmer:
        await sound(rig.db, await urgent(rig.db))
        await until(lambda: alarmer.idle)
        sms.is_mended()
        rig.clock.move_to(START + timedelta(days=1))
        await until(lambda: alarmer.idle)
    assert "11月2日 10:00 起没有人接" in sms.told[0]


# ---------------------------------------------------------------- hostile words


@pytest.mark.parametrize(
    "name",
    [
        '"; rm -rf "$HOME"',
        "$(touch owned)`touch owned`",
        "{area} {text} {0} {",
        "%s %n",
        "a'b`id`",
        "-rf",
        "两 个 词\n第二行\0",
    ],
)
async def test_whatever_an_area_is_called_it_stays_one_argument(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    script = tmp_path / "note.py"
    script.write_text("import json, sys\njson.dump(sys.argv[1:], open(sys.argv[0] + '.json', 'w'))\n", "utf-8")
    tree = Tree.of([Area(id="g3", name=name, level=Level.GRID)])
    monkeypatch.chdir(tmp_path)
    command = Command([sys.executable, str(script), "{area}", "to {area}: {text}", "{{{item}}}"])
    async with ringing(rig, command, replace(ALARMING, tree=tree)) as alarmer:
        await sound(rig.db, await urgent(rig.db))
        await until(lambda: alarmer.idle)
    area = name.replace("\n", " ").replace("\0", " ")
    text = TEXT.replace("第三网格", area)
    assert json.loads((tmp_path / "note.py.json").read_text("utf-8")) == [area, f"to {area}: {text}", "{1}"]
    assert not (tmp_path / "owned").exists()


async def test_the_command_does_not_get_the_bots_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("GRIDCARE_TELEGRAM__TOKEN", "123:secret")
    monkeypatch.setenv("SMS_KEY", "its own")
    file = tmp_path / "environment"
    await Command(["/bin/sh", "-c", f'env >"{file}"']).ring(WORDS)
    assert "secret" not in file.read_text("utf-8")
    assert "SMS_KEY=its own" in file.read_text("utf-8")


async def test_it_speaks_utf_8_whatever_the_services_locale_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """As under an init script, where Python by itself cannot write Chinese on a command line."""
    code = (
        "import asyncio\nfrom bot.ringing import Command\nfrom handlers.content import AlarmWords\n"
        f"words = AlarmWords({'第三网格'!r}, 'x', 1, 'urgent')\n"
        f"asyncio.run(Command(['/bin/sh', '-c', 'printf %s \"$1\" >{tmp_path}/out', 'sh', '{{area}}']).ring(words))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code, "utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
                   "PYTHONPATH": os.getcwd()}  # fmt: skip
    process = await asyncio.create_subprocess_exec(sys.executable, str(script), env=environment)
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert (tmp_path / "out").read_text("utf-8") == "第三网格"


# ---------------------------------------------------------------- failing


def test_the_pauses_grow_to_ten_minutes():
    assert [pause_after(n).total_seconds() for n in range(1, 8)] == [5, 15, 45, 135, 405, 600, 600]
    assert pause_after(10_000) == timedelta(minutes=10)


async def test_what_fails_is_tried_again_at_growing_intervals_until_somebody_is_told(rig: Rig, sms: Sms):
    sms.breaks()
    tries: list[float] = []
    with capture_logs() as logs:
        async with ringing(rig, Command(sms.words)) as alarmer:
            await sound(rig.db, await urgent(rig.db))
            for _ in range(7):
                await until(lambda: alarmer.idle)
                tries.append((rig.clock.now() - START).total_seconds())
                assert alarmer.bell.until is not None
                rig.clock.move_to(alarmer.bell.until)
            await until(lambda: alarmer.idle)
            sms.is_mended()
            assert alarmer.bell.until is not None
            rig.clock.move_to(alarmer.bell.until)
            await until(lambda: alarmer.idle)
            assert alarmer.bell.until is None
    assert tries == [0, 5, 20, 65, 200, 605, 1205]
    assert len(sms.told) == 1
    failed = [one for one in logs if one["event"] == "alarm.failed"]
    assert [one["failures"] for one in failed] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {(one["item"], one["error"], one["log_level"]) for one in failed} == {(1, "exit code 7", "error")}
    assert "secret" not in str(logs)


async def test_a_webhook_that_refuses_redirects_or_is_slow_has_told_nobody(rig: Rig):
    hook = Hook()
    hook.answers = [PlainTextResponse("a secret", 500), RedirectResponse("/elsewhere", 302), PlainTextResponse("", 404)]
    with capture_logs() as logs:
        async with (
            serving(hook.app, "127.0.0.1", 0) as root,
            ringing(rig, Webhook(f"{root}/call?key=s3cret", seconds=0.3)) as alarmer,
        ):
            await sound(rig.db, await urgent(rig.db))
            for number in range(4):
                hook.delay = 1.0 if number == 3 else 0.0
                await until(lambda: alarmer.idle)
                assert (await row(rig.db)).state == "pending"
                assert alarmer.bell.until is not None
                if number < 3:
                    rig.clock.move_to(alarmer.bell.until)
        async with ringing(rig, Webhook("http://127.0.0.1:9/call?key=s3cret")) as alarmer:  # nobody listens
            rig.clock.move_to(rig.clock.now() + timedelta(hours=1))
            await until(lambda: alarmer.idle)
    errors = [one["error"] for one in logs if one["event"] == "alarm.failed"]
    assert errors == ["HTTP 500", "HTTP 302", "HTTP 404", "TimeoutError", "ClientConnectorError"]
    assert [method for method, _ in hook.got] == ["POST"] * 4
    assert "s3cret" not in str(logs)
    assert "a secret" not in str(logs)


async def test_a_command_that_hangs_is_killed_with_its_children(tmp_path: Path):
    children = tmp_path / "children"
    hanging = f'trap "" TERM; sleep 600 & echo $! >"{children}"; sleep 600 & echo $! >>"{children}"; wait; sleep 600'
    with pytest.raises(NotTold, match=r"not done within 0\.5 s"):
        await Command(["/bin/sh", "-c", hanging], seconds=0.5).ring(WORDS)
    pids = [int(pid) for pid in children.read_text("utf-8").split()]
    assert len(pids) == 2
    await until(lambda: not any(alive(pid) for pid in pids))


def alive(pid: int) -> bool:
    """Whether it runs; one that only waits to be fetched by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_command_that_hangs_holds_up_no_other(rig: Rig, sms: Sms, tmp_path: Path):
    script = f'case "$1" in *"#1 "*) sleep 600 ;; *) exec "{sms.file}" "" "$1" ;; esac'
    async with ringing(rig, Command(["/bin/sh", "-c", script, "sh", "{text}"])) as alarmer:
        for key in ("a", "b"):
            await sound(rig.db, await urgent(rig.db), key)
        await until(lambda: len(sms.told) == 1)
        assert not alarmer.idle
    assert "#2 " in sms.told[0]
    assert (await row(rig.db, 1)).state == "sending"  # cut off by our own end: it is rung after a restart


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (["/no/such/program"], "FileNotFoundError"),
        (["no-such-program-anywhere"], "FileNotFoundError"),
        (["/etc/passwd"], "PermissionError"),
        (["/bin/sh", "-c", "kill -9 $$"], "ended by signal 9"),
        (["/bin/sh", "-c", "exit 3"], "exit code 3"),
        (["/bin/sh", "-c", "read word || exit 5"], "exit code 5"),  # nothing to read: its input is closed
    ],
)
async def test_why_it_was_not_told(command: list[str], error: str):
    with pytest.raises(NotTold) as raised:
        await Command(command).ring(WORDS)
    assert str(raised.value) == error


async def test_many_are_rung_a_few_at_a_time(rig: Rig, sms: Sms, monkeypatch: pytest.MonkeyPatch):
    at_once: list[int] = []

    class Slow:
        async def ring(self, words: AlarmWords) -> None:
            at_once.append(len(alarmer._rings))
            await asyncio.sleep(0.02)

    async with ringing(rig, Slow()) as alarmer:
        for number in range(10):
            await sound(rig.db, await urgent(rig.db), str(number))
        await until(lambda: alarmer.idle)
    assert len(at_once) == 10
    assert max(at_once) <= alarm_module.AT_ONCE


async def test_our_own_mistake_counts_as_a_failure_too(rig: Rig):
    class Broken:
        async def ring(self, words: AlarmWords) -> None:
            raise RuntimeError("王奶奶")

    with capture_logs() as logs:
        async with ringing(rig, Broken()) as alarmer:
            await sound(rig.db, await urgent(rig.db))
            await until(lambda: alarmer.idle)
            assert alarmer.bell.until == START + timedelta(seconds=5)
    assert [(one["error"]) for one in logs if one["event"] == "alarm.failed"] == ["RuntimeError"]


async def test_a_storage_that_fails_calls_nobody_in_a_rain(rig: Rig, sms: Sms, monkeypatch: pytest.MonkeyPatch):
    """Told, but that cannot be put on file: told again later, with pauses."""
    item = await urgent(rig.db)

    async def broken(self: Alarmer, telling: Telling, state: str, error: str | None = None) -> None:
        raise OSError("disk full")

    async with ringing(rig, Command(sms.words)) as alarmer:
        with monkeypatch.context() as patch:
            patch.setattr(Alarmer, "_ended", broken)
            await sound(rig.db, item)
            await until(lambda: alarmer.idle)
            alarmer.bell.ring()
            await until(lambda: alarmer.idle)
            assert len(sms.told) == 1
        rig.clock.move_to(START + timedelta(seconds=5))
        await until(lambda: alarmer.idle)
    assert len(sms.told) == 2
    assert (await row(rig.db)).state == "sent"


# ---------------------------------------------------------------- when it is not rung


async def test_without_an_alarm_the_log_has_it(rig: Rig):
    item = await urgent(rig.db)
    with capture_logs() as logs:
        assert not await sound(rig.db, item, rules=RULES)
    assert logs == [{"event": "alarm.none", "item": 1, "log_level": "warning"}]
    async with rig.db.read() as uow:
        assert await uow.outbox.get(1) is None


async def test_one_left_over_from_a_config_that_had_an_alarm_fails_for_all_to_see(rig: Rig):
    item = await urgent(rig.db)
    for key in "abcdef":
        await sound(rig.db, item, key)
    with capture_logs() as logs:
        async with ringing(rig, None) as alarmer:
            await until(lambda: alarmer.idle)
    assert [(await row(rig.db, n)).state for n in range(1, 7)] == ["failed"] * 6
    assert [one["event"] for one in logs] == ["alarm.none"] * 6


async def test_a_claim_holds_it_up_and_a_lapse_rings_it(rig: Rig, sms: Sms):
    item = await urgent(rig.db)
    sms.breaks()
    async with ringing(rig, Command(sms.words)) as alarmer:
        await sound(rig.db, item)
        await until(lambda: alarmer.idle)
        await act(rig, item.number, Action.CLAIM)
        sms.is_mended()
        rig.clock.move_to(START + timedelta(minutes=30))
        await until(lambda: alarmer.idle)
        assert sms.told == []
        assert alarmer.bell.until is None
        await act(rig, item.number, Action.LAPSE)
        await until(lambda: alarmer.idle)
    assert len(sms.told) == 1
    assert "10:30 起没有人接" in sms.told[0]


@pytest.mark.parametrize("ends", [(Action.DISMISS,), (Action.CLAIM, Action.RESOLVE)])
async def test_what_is_over_is_not_rung(rig: Rig, sms: Sms, ends: tuple[Action, ...]):
    item = await urgent(rig.db)
    await sound(rig.db, item)
    for action in ends:
        await act(rig, item.number, action)
    async with ringing(rig, Command(sms.words)) as alarmer:
        await until(lambda: alarmer.idle)
    assert sms.told == []
    assert (await row(rig.db)).state == "superseded"


async def test_claimed_between_the_look_and_the_ring_it_waits(rig: Rig, sms: Sms):
    item = await urgent(rig.db)
    await sound(rig.db, item)
    telling = await row(rig.db)
    await act(rig, item.number, Action.CLAIM)
    async with ringing(rig, Command(sms.words)) as alarmer:
        await alarmer._try(telling)
        assert (sms.told, (await row(rig.db)).state) == ([], "pending")
        await act(rig, item.number, Action.RELEASE)
        rig.clock.move_to(START + timedelta(seconds=5))
        await until(lambda: alarmer.idle)
    assert len(sms.told) == 1


async def test_the_dispatcher_leaves_it_alone(rig: Rig):
    await sound(rig.db, await urgent(rig.db))
    async with rig.dispatching() as dispatcher:
        await rig.rest(dispatcher)
        assert dispatcher.bell.until is None
    assert rig.sent() == []
    assert (await row(rig.db)).state == "pending"


# ---------------------------------------------------------------- in the whole bot


def config(folder: Path, root: str, sms: Sms | None, **more: Any) -> Config:
    areas = [
        {"id": "haiguan", "name": "海关社区", "level": "community"},
        {"id": "g3", "name": "第三网格", "level": "grid", "parent": "haiguan"},
    ]
    telegram = {"token": "1:SANDBOX", "base_url": root}
    alarms = {"alarm": {"command": sms.words}} if sms else {}
    return Config.of({"telegram": telegram, "areas": areas} | alarms | more, folder)


@asynccontextmanager
async def running(settings: Config, clock: ManualClock) -> AsyncIterator[Gridcare]:
    """The bot, ready or not."""
    stop = asyncio.Event()
    async with build(settings, clock=clock) as app:
        task = asyncio.create_task(app.run(stop))
        try:
            yield app
        finally:
            stop.set()
            await asyncio.wait_for(task, 10)


async def test_it_rings_while_telegram_cannot_be_reached(tmp_path: Path, sms: Sms):
    clock = ManualClock(START)
    async with running(config(tmp_path, "http://127.0.0.1:9", sms), clock) as app:
        await sound(app.parts.db, await urgent(app.parts.db))
        await until(lambda: len(sms.told) == 1)
        assert not app.ready.is_set()


async def test_told_once_across_a_restart_and_again_where_a_kill_cut_it_off(tmp_path: Path, sms: Sms):
    clock = ManualClock(START)
    settings = config(tmp_path, "http://127.0.0.1:9", sms)
    async with running(settings, clock) as app:
        await sound(app.parts.db, await urgent(app.parts.db))
        await until(lambda: app.alarmer.idle and len(sms.told) == 1)
    async with running(settings, clock) as app:
        await until(lambda: app.alarmer.idle)
        assert len(sms.told) == 1
        other = await urgent(app.parts.db)
        app.alarmer._ending = True  # as if the process were killed in between
        await sound(app.parts.db, other, "other")
        async with app.parts.db.write() as uow:
            assert await uow.outbox.sending(2)
    async with running(settings, clock) as app:
        await until(lambda: app.alarmer.idle and len(sms.told) == 2)
    assert ["#1 " in sms.told[0], "#2 " in sms.told[1]] == [True, True]


@pytest.mark.parametrize("reachable", [True, False])
async def test_what_rings_when_the_bot_ends_is_let_end(tmp_path: Path, sms: Sms, reachable: bool):
    """So that an orderly restart calls nobody twice."""
    slow = tmp_path / "slow"
    slow.write_text(f'#!/bin/sh\ntouch "{tmp_path}/begun"\nsleep 0.5\nexec "{sms.file}" "$@"\n', "utf-8")
    slow.chmod(0o755)
    clock = ManualClock(START)
    async with serve(World(clock, token="1:SANDBOX")) as root:
        here = root if reachable else "http://127.0.0.1:9"
        settings = config(tmp_path, here, None, alarm={"command": ["./slow", "{area}", "{text}"]})
        await _cut_off_in_the_middle(settings, clock, tmp_path / "begun", ready=reachable)
    assert len(sms.told) == 1
    async with Database(settings.storage.url, key_file=settings.storage.key_file) as db:
        assert (await row(db)).state == "sent"


async def _cut_off_in_the_middle(settings: Config, clock: ManualClock, begun: Path, *, ready: bool) -> None:
    async with running(settings, clock) as app:
        if ready:
            await app.ready.wait()
        await sound(app.parts.db, await urgent(app.parts.db))
        await until(begun.exists)


async def alarm_reasons(web: Web) -> list[str]:
    return [reason for reason in (await web.health()).reasons if "[alarm]" in reason]


async def test_after_the_third_failure_health_is_red_until_somebody_is_told(tmp_path: Path, sms: Sms):
    clock = ManualClock(START)
    sms.breaks()
    async with running(config(tmp_path, "http://127.0.0.1:9", sms), clock) as app:
        web = Web(app, Section())
        db, item = app.parts.db, await urgent(app.parts.db)
        await sound(db, item)
        seen = []
        for _ in range(3):
            await until(lambda: app.alarmer.idle)
            seen.append(await alarm_reasons(web))
            assert app.next_due() == app.alarmer.bell.until
            clock.move_to(app.alarmer.bell.until or clock.now())
        assert seen == [[], [], ["[alarm] has failed 3 times and has told nobody"]]
        sms.is_mended()
        await until(lambda: app.alarmer.idle)
        clock.move_to(app.alarmer.bell.until or clock.now())
        await until(lambda: app.alarmer.idle)
        assert len(sms.told) == 1
        assert await alarm_reasons(web) == []


async def test_health_stays_red_for_a_day_when_the_matter_ended_without_the_alarm(rig: Rig, sms: Sms):
    """The means are as broken as before; the next one would fail too."""
    from storage.health import figures

    async def failed() -> int:
        async with rig.db.read() as uow:
            return (await figures(uow, rig.clock.now())).alarm_failed  # type: ignore[arg-type]

    item = await urgent(rig.db)
    sms.breaks()
    async with ringing(rig, Command(sms.words)) as alarmer:
        await sound(rig.db, item)
        for _ in range(3):
            await until(lambda: alarmer.idle)
            rig.clock.move_to(alarmer.bell.until or rig.clock.now())
        await act(rig, item.number, Action.DISMISS)
        await until(lambda: alarmer.idle)
        rig.clock.move_to(alarmer.bell.until or rig.clock.now())
        await until(lambda: alarmer.idle)
        assert (await row(rig.db)).state == "superseded"
        assert await failed() >= 3
        rig.clock.move_to(rig.clock.now() + timedelta(hours=25))
        assert await failed() == 0


async def test_health_is_green_again_once_another_was_told(rig: Rig, sms: Sms):
    from storage.health import figures

    first = await urgent(rig.db)
    sms.breaks()
    async with ringing(rig, Command(sms.words)) as alarmer:
        await sound(rig.db, first)
        for _ in range(4):
            await until(lambda: alarmer.idle)
            rig.clock.move_to(alarmer.bell.until or rig.clock.now())
        await until(lambda: alarmer.idle)
        await act(rig, first.number, Action.DISMISS)
        rig.clock.move_to(alarmer.bell.until or rig.clock.now())
        await until(lambda: alarmer.idle)
        sms.is_mended()
        rig.clock.move_to(rig.clock.now() + timedelta(minutes=1))
        await sound(rig.db, await urgent(rig.db), "second")
        await until(lambda: alarmer.idle)
    async with rig.db.read() as uow:
        assert (await figures(uow, rig.clock.now())).alarm_failed == 0  # type: ignore[arg-type]


def test_its_key_is_one_opening_long():
    at = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
    details = Details(kind=Kind.REPORT, severity=Severity.URGENT)
    item, _ = begin(1, Action.RAISE, at=at, actor=None, details=details)
    first = alarm.opening(item)
    for minutes, action in enumerate([Action.REMIND, Action.AMEND, Action.CLIMB, Action.CLAIM, Action.LAPSE], 1):
        item, _ = item.apply(action, at=at + timedelta(minutes=minutes), actor=None)
        assert alarm.opening(item) == first
    item, _ = item.apply(Action.URGE, at=at + timedelta(hours=1), actor=None)
    assert alarm.opening(item) != first
