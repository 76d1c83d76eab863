"""Files that are no sound backup: each is refused in a sentence, and nothing is touched."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.backup import archive
from storage.backup.archive import SEALED
from storage.backup.manifest import FORMAT
from storage.crypto import load_key
from tests.operating.machine import Machine


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("old")).lives()
    machine.succeeds("backup", "--out", machine.folder / "all.backup")
    return machine


@pytest.fixture
def new(tmp_path: Path, old: Machine) -> Machine:
    machine = Machine(tmp_path / "new")
    machine.gets_the_key_of(old)
    return machine


class Forgery:
    """The files of a backup, to be changed; `sealed`: by somebody who has the key."""

    def __init__(self, old: Machine) -> None:
        self._cipher = load_key(old.key)
        with zipfile.ZipFile(old.folder / "all.backup") as inside:
            self.files = [(name, inside.read(name)) for name in inside.namelist()]
        self.said: dict[str, Any] = json.loads(dict(self.files)["manifest.json"])
        self.sealed = True

    def write(self, file: Path) -> Path:
        table = json.dumps(self.said).encode()
        files = [(name, content) for name, content in self.files if name not in ("manifest.json", "seal")]
        files.append(("manifest.json", table))
        seal = self._cipher.seal(table, SEALED) if self.sealed else self.not_a_seal(table)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
            for name, content in [*files, ("seal", seal.encode())]:
                out.writestr(name, content)
        return file

    def not_a_seal(self, table: bytes) -> str:
        """What somebody finds in the database who has had the checksum written into it: it is encrypted, no more."""
        return self._cipher.encrypt(hashlib.sha256(table).hexdigest())


def _photo(forgery: Forgery) -> int:
    return next(i for i, (name, _) in enumerate(forgery.files) if name.startswith("media/"))


def changed_photo(forgery: Forgery) -> None:
    name, content = forgery.files[_photo(forgery)]
    forgery.files[_photo(forgery)] = (name, content[:-1] + b"!")


def photo_is_a_bomb(forgery: Forgery) -> None:
    name, content = forgery.files[_photo(forgery)]
    forgery.files[_photo(forgery)] = (name, content + bytes(50_000_000))


def photo_is_missing(forgery: Forgery) -> None:
    del forgery.files[_photo(forgery)]


def one_too_many(forgery: Forgery) -> None:
    forgery.files.append(("../../evil", b"x"))


def path_in_the_table(forgery: Forgery) -> None:
    forgery.said["contents"].append({"name": "media/../../evil", "size": 1, "sha256": "0" * 64})


def twice_in_the_table(forgery: Forgery) -> None:
    forgery.said["contents"].append(forgery.said["contents"][0])


def no_database(forgery: Forgery) -> None:
    forgery.said["contents"] = [one for one in forgery.said["contents"] if one["name"] != "database"]


def newer_format(forgery: Forgery) -> None:
    forgery.said |= {"format": FORMAT + 1, "shape": "unheard of"}


def older_format(forgery: Forgery) -> None:
    forgery.said |= {"format": FORMAT - 1}


def newer_schema(forgery: Forgery) -> None:
    forgery.said |= {"revision": "9999"}


def without_a_seal(forgery: Forgery) -> None:
    forgery.sealed = False


def table_is_nonsense(forgery: Forgery) -> None:
    forgery.said = {"format": "one"}


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (changed_photo, "has changed"),
        (photo_is_a_bomb, "has changed"),
        (photo_is_missing, "what is in it is not what it says"),
        (one_too_many, "what is in it is not what it says"),
        (path_in_the_table, "table of contents cannot be read"),
        (twice_in_the_table, "what is in it is not what it says"),
        (no_database, "there is no database in it"),
        (newer_format, "was made by a newer GridCare: install that version"),
        (older_format, "before its first release"),
        (newer_schema, "was made by a newer GridCare"),
        (without_a_seal, "was changed after it was made, and not by GridCare"),
        (table_is_nonsense, "table of contents cannot be read"),
    ],
)
def test_it_is_refused_and_nothing_is_touched(
    forge: Callable[[Forgery], None], words: str, old: Machine, new: Machine, tmp_path: Path
) -> None:
    forgery = Forgery(old)
    forge(forgery)
    before = new.everything()
    said = new.refuses("restore", forgery.write(tmp_path / "forged"))
    assert words in said
    assert said.strip().endswith("Nothing was changed.")
    assert new.everything() == before
    assert not new.database_file.parent.exists()


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_what_was_not_copied_to_its_end_is_refused(part: float, old: Machine, new: Machine, tmp_path: Path) -> None:
    whole = (old.folder / "all.backup").read_bytes()
    (tmp_path / "half").write_bytes(whole[: int(len(whole) * part)])
    assert "was not copied to its end" in new.refuses("restore", tmp_path / "half")


def test_every_flipped_byte_is_found_or_harmless(old: Machine, new: Machine, tmp_path: Path) -> None:
    """Every thousandth byte, so that each part of the file has its turn."""
    whole = (old.folder / "all.backup").read_bytes()
    good = new.succeeds("restore", old.folder / "all.backup") and new.ledger()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        (tmp_path / "flipped").write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        done = new.types("restore", tmp_path / "flipped", "--replace")
        assert done.exit_code in (0, 4), done.output
        assert done.exit_code == 4 or new.ledger() == good  # a byte of the ZIP's own padding or dates


def test_a_file_that_is_no_file_is_named(new: Machine, tmp_path: Path) -> None:
    assert "No such file" in new.refuses("restore", tmp_path / "nothing")
    assert "cannot be read" in new.refuses("restore", tmp_path)


def test_a_table_of_contents_that_never_ends_is_not_read_to_its_end(
    old: Machine, new: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_MANIFEST", 100)
    assert "is damaged" in new.refuses("restore", old.folder / "all.backup")


def test_what_is_packed_as_we_never_do_is_not_unpacked(new: Machine, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "odd", "w", zipfile.ZIP_LZMA) as out:
        out.writestr("manifest.json", b"hello" * 500)
    whole = bytearray((tmp_path / "odd").read_bytes())
    begin = whole.find(b"manifest.json") + len("manifest.json")
    whole[begin + 4 : begin + 30] = bytes(byte ^ 0xFF for byte in whole[begin + 4 : begin + 30])
    (tmp_path / "odd").write_bytes(whole)
    assert "is damaged" in new.refuses("restore", tmp_path / "odd")
