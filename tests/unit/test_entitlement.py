"""The entitlement table: act by standing, report and quarrel, each cell said once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from care.domain.areas import Area, Level, Tree
from care.domain.entitlement import Act, Standing, coordinates, looks_after, may, standings
from care.domain.items import Action, Details, Ending, Item, Kind, begin
from care.domain.people import Person, Post, Role

TREE = Tree.of(
    [
        Area(id="town", name="银滩路街道", level=Level.SUBDISTRICT),
        Area(id="c", name="海关社区", level=Level.COMMUNITY, parent="town"),
        Area(id="g1", name="第一网格", level=Level.GRID, parent="c"),
        Area(id="g2", name="第二网格", level=Level.GRID, parent="c"),
        Area(id="b3", name="3号楼", level=Level.BUILDING, parent="g1"),
    ]
)
MA = Person(id=1, name="小马", telegram_id=11, posts=frozenset({Post(Role.COURIER, "g1")}))
LI = Person(id=2, name="李娟", telegram_id=12, posts=frozenset({Post(Role.WORKER, "g1")}))
FAR = Person(id=3, name="钱芳", telegram_id=13, posts=frozenset({Post(Role.WORKER, "g2")}))
LIAISON = Person(id=4, name="周大爷", posts=frozenset({Post(Role.LIAISON, "b3"), Post(Role.ELDER, "b3")}))
CHIEF = Person(id=5, name="王主任", posts=frozenset({Post(Role.COORDINATOR, "c")}))
ADMIN = Person(id=6, name="管理员", admin=True)
HE = Person(id=9, name="何姐", posts=frozenset({Post(Role.MEDIATOR, "c")}))
GUEST = Person(id=7, name="路人")


def item(kind: Kind = Kind.REPORT, area: str = "g1", claimed_by: Person | None = None) -> Item:
    details = Details(kind=kind, area=area, reporter=MA.id)
    made, _ = begin(9, Action.RAISE, at=datetime(2026, 1, 1, tzinfo=UTC), actor=None, details=details)
    if claimed_by is not None:
        made, _ = made.apply(Action.CLAIM, at=made.created_at, actor=claimed_by.id)
    return made


# act -> who may: mediator over the grid, enrolled worker of it, worker of another grid, liaison below,
# coordinator, admin, unenrolled member of the group, the reporter, an outsider
WHO = {
    "mediator": (HE, False),
    "worker": (LI, False),
    "elsewhere": (FAR, False),
    "liaison": (LIAISON, False),
    "coordinator": (CHIEF, False),
    "admin": (ADMIN, False),
    "member": (GUEST, True),
    "reporter": (MA, False),
    "outsider": (GUEST, False),
}
HELPERS = {"worker", "liaison", "coordinator", "admin", "member"}
GUARDED = [Kind.SOS, Kind.HELP, Kind.MISSED_CHECKIN, Kind.UNREACHABLE, Kind.DEVICE]
REPORTS = {
    Act.CLAIM: HELPERS,
    Act.RELEASE: {"coordinator", "admin"},
    Act.STILL: set(),  # the claimer's alone
    Act.SETTLE: HELPERS,
    Act.DISMISS: HELPERS,
    Act.ASK_WHERE: HELPERS,
    Act.REOPEN: HELPERS,
    Act.CONFIRM_SELF: HELPERS,
    Act.APPROVE: {"coordinator", "admin"},
    Act.PROMISE: {"coordinator", "admin"},  # and the claimer
    Act.TRANSFER: HELPERS,
    Act.CLIMB: HELPERS,
    Act.TAKE_OVER: HELPERS,
    Act.UNDO: {"coordinator", "admin"},  # and who ended it
    Act.NOTE: HELPERS | {"reporter"},
    Act.SEE_ALL: HELPERS,
    Act.STORY: HELPERS,
    Act.TELL: {"reporter"},
}


@pytest.mark.parametrize("act", list(Act))
def test_reports(act: Act) -> None:
    allowed = {name for name, (who, member) in WHO.items() if may(act, who, item(), TREE, member=member)}
    assert allowed == REPORTS[act]


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("kind", [Kind.SOS, Kind.HELP, Kind.MISSED_CHECKIN, Kind.UNREACHABLE, Kind.DEVICE])
def test_an_elders_matter_is_never_for_mere_members(act: Act, kind: Kind) -> None:
    allowed = {name for name, (who, member) in WHO.items() if may(act, who, item(kind), TREE, member=member)}
    only_by_outcome = act is Act.DISMISS and kind is not Kind.UNREACHABLE
    # neither put off nor handed round; what she said stands on the claimer's sheet
    never = only_by_outcome or act in (Act.PROMISE, Act.TRANSFER, Act.SEE_ALL)
    assert allowed == (set() if never else REPORTS[act] - {"member"})


@pytest.mark.parametrize("act", list(Act))
def test_a_quarrel_is_for_mediators_and_coordinators_only(act: Act) -> None:
    allowed = {name for name, (who, member) in WHO.items() if may(act, who, item(Kind.DISPUTE), TREE, member=member)}
    settled_by = REPORTS[act] | ({"mediator"} if "worker" in REPORTS[act] else set())
    settled_by = set() if act is Act.TRANSFER else settled_by
    assert allowed == settled_by & {"mediator", "coordinator", "admin", "reporter"}


def test_the_claimer_may_give_back_and_settle_though_he_is_nobody_else() -> None:
    mine = item(claimed_by=GUEST)
    assert may(Act.RELEASE, GUEST, mine, TREE, member=False)
    assert may(Act.SETTLE, GUEST, mine, TREE, member=False)
    assert not may(Act.DISMISS, GUEST, mine, TREE, member=False)


def test_the_claimer_alone_says_how_long_it_takes_and_hands_it_on() -> None:
    mine = item(claimed_by=GUEST)
    for act in (Act.PROMISE, Act.TRANSFER, Act.CLIMB, Act.SEE_ALL):
        assert may(act, GUEST, mine, TREE, member=False)
    assert not may(Act.PROMISE, LI, mine, TREE, member=True)
    assert not may(Act.PROMISE, GUEST, item(Kind.SOS, claimed_by=GUEST), TREE, member=False)


def test_who_was_asked_to_take_it_may_wherever_he_works() -> None:
    asked, _ = item().apply(
        Action.TRANSFER, at=datetime(2026, 1, 2, tzinfo=UTC), actor=LI.id, details=Details(offered_to=FAR.id)
    )
    assert may(Act.CLAIM, FAR, asked, TREE, member=False)
    assert may(Act.SEE_ALL, FAR, asked, TREE, member=False)
    assert not may(Act.DISMISS, FAR, asked, TREE, member=False)


def test_who_ended_it_may_take_that_back() -> None:
    done, _ = item(claimed_by=GUEST).apply(Action.RESOLVE, at=datetime(2026, 1, 2, tzinfo=UTC), actor=LIAISON.id)
    assert may(Act.UNDO, LIAISON, done, TREE, member=False)
    assert not may(Act.UNDO, GUEST, done, TREE, member=True)  # he had it, another said that it is done
    of_an_elder, _ = item(Kind.HELP, claimed_by=LI).apply(
        Action.RESOLVE, at=datetime(2026, 1, 2, tzinfo=UTC), actor=LI.id, details=Details(ending=Ending.SEEN)
    )
    assert may(Act.UNDO, LI, of_an_elder, TREE, member=False)


def test_nobody_comes_to_his_own_help() -> None:
    """A liaison who is an elder too sees her own cry in the group, and its buttons are for the others."""
    hers = replace(item(Kind.SOS), about=LIAISON.id)
    for act in (Act.CLAIM, Act.SETTLE, Act.CLIMB, Act.TAKE_OVER):
        assert not may(act, LIAISON, hers, TREE, member=True)
        assert may(act, LI, hers, TREE, member=True)
    assert may(Act.NOTE, LIAISON, hers, TREE, member=True)
    assert looks_after(LI, LIAISON.id, "b3", TREE)
    assert looks_after(CHIEF, LIAISON.id, "g1", TREE)
    for stranger in (LIAISON, GUEST, FAR, MA, HE):
        assert not looks_after(stranger, LIAISON.id, "g1", TREE)


def test_nobody_confirms_his_own_work() -> None:
    both = Person(id=MA.id, name="小马", posts=MA.posts | {Post(Role.WORKER, "g1")})
    assert may(Act.CLAIM, both, item(), TREE, member=True)
    assert not may(Act.CONFIRM_SELF, both, item(), TREE, member=True)


def test_standings_are_a_set() -> None:
    posts = frozenset({Post(Role.WORKER, "c"), Post(Role.MEDIATOR, "c")})
    both = Person(id=MA.id, name="小马", admin=True, posts=posts)
    mine = replace(item(claimed_by=both), offered_to=both.id, resolved_by=both.id)
    assert standings(both, mine, TREE, member=True) == set(Standing)


def test_a_coordinators_reach() -> None:
    whole = Person(id=8, name="书记", posts=frozenset({Post(Role.COORDINATOR, None)}))
    assert coordinates(CHIEF, "b3", TREE)
    assert coordinates(CHIEF, "c", TREE)
    assert not coordinates(CHIEF, "town", TREE)
    assert coordinates(whole, "town", TREE)
    assert coordinates(CHIEF, None, TREE)  # of no known area: any coordinator
    assert not coordinates(LI, "g1", TREE)
