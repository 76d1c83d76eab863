"""Which revision of the schema a database is at, and the way to the newest."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect, text

from storage.errors import CannotOpen

NEWEST = "0003"  # a contract test holds this to be the head of `migrations/versions`

FOLDER = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def known_revisions() -> set[str]:
    """Every revision that this version can bring up to the newest."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- as in `upgrade_within`

    return {step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()}


def create_within(connection: Connection) -> None:
    """Make every table of a new database at once, at the newest revision; one with tables in it is upgraded.

    A contract test holds this to what the revisions make. It spares a first start the 10 MB that Alembic takes.
    """
    from storage.all_tables import metadata  # noqa: PLC0415 -- the revisions must not depend on it

    if inspect(connection).has_table("items"):
        upgrade_within(connection)
        return
    metadata.create_all(connection)
    version = Table(
        "alembic_version",
        MetaData(),
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    )
    version.create(connection)
    connection.execute(version.insert().values(version_num=NEWEST))


def upgrade_within(connection: Connection) -> None:
    """Bring the schema to the newest revision within the open transaction: all of it, or nothing.

    Raises CannotOpen for a database that a newer GridCare has written.
    """
    # Loaded here, since it costs 200 ms that a start without a new revision need not spend.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise CannotOpen(
            f"the database is at revision {revision_of(connection)}, which this version of GridCare does not know: it "
            "was written by a newer one. Install that, or restore a backup"
        ) from error
