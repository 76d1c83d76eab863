"""What an elder has shown us, until she says whether it is a report."""

from datetime import timedelta

from storage.database import Database
from tests.contract.conftest import NOW

MINUTE = timedelta(minutes=1)


async def test_photos_of_one_question_are_kept_together_until_she_answers(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        wang, li = people[:2]
        photo = {"kind": "photo", "file": "F1", "unique": "U1", "size": 9, "album": "A"}
        first = await uow.shares.keep(wang, 51, 7, NOW, words="楼道灯坏了", **photo)
        assert first is not None
        assert await uow.shares.keep(wang, 51, 7, NOW, words="楼道灯坏了", **photo) is None  # the same update again
        await uow.shares.keep(wang, 51, 8, NOW + MINUTE, kind="photo", file="F2", unique="U2", root=first)
        other = await uow.shares.keep(li, 52, 7, NOW, words="门禁坏了")
        together = await uow.shares.together(first)
        assert [(s.message, s.words, s.unique, s.album, s.root) for s in together] == [
            (7, "楼道灯坏了", "U1", "A", None),
            (8, "", "U2", None, first),
        ]
        latest = await uow.shares.latest(wang)
        assert latest is not None
        assert (latest.message, latest.root, latest.sent_at) == (8, first, NOW + MINUTE)
        await uow.shares.drop(first)
        assert await uow.shares.together(first) == []
        assert await uow.shares.latest(wang) is None
        assert other is not None
        assert [(s.kind, s.words) for s in await uow.shares.together(other)] == [(None, "门禁坏了")]


async def test_what_was_never_answered_is_let_go(db: Database, people: list[int]) -> None:
    async with db.write() as uow:
        old = await uow.shares.keep(people[0], 51, 7, NOW, words="旧的")
        new = await uow.shares.keep(people[0], 51, 8, NOW + MINUTE, words="新的")
        await uow.shares.forget(people[0], NOW + MINUTE)
        assert old is not None
        assert new is not None
        assert await uow.shares.together(old) == []
        assert len(await uow.shares.together(new)) == 1
