"""All tables: whoever makes or compares a schema needs every module of them read."""

from __future__ import annotations

from storage import care_tables, telling_tables
from storage.tables import metadata

__all__ = ["care_tables", "metadata", "telling_tables"]
