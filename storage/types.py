"""Column types that both databases store alike: moments in UTC, 64-bit ids, encrypted text."""

from __future__ import annotations

from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from storage.crypto import Cipher

# A row's id that the database gives out; SQLite counts only in a column that is called INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")

# Tables are one for the whole process, keys belong to one database: each engine's dialect leads to its key.
_ciphers: WeakKeyDictionary[Dialect, Cipher] = WeakKeyDictionary()


def use_cipher(dialect: Dialect, cipher: Cipher) -> None:
    """Encrypted columns that go through this engine's dialect use this key."""
    _ciphers[dialect] = cipher


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in, aware UTC out, to the microsecond; a naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """To UTC; SQLite keeps it as text of fixed width, so that it sorts as time does."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- see above
        """Aware UTC; SQLite has no zones and gives it back without."""
        return value if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """Text about a person, unreadable in the database's files without the key."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypted with this database's first key."""
        return None if value is None else _ciphers[dialect].encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypted; raises Undecipherable."""
        return None if value is None else _ciphers[dialect].decrypt(value)
