"""What is kept: tables, queries, migrations and media, on SQLite or PostgreSQL. SQL is known here only.

`storage.database.Database` is where everything starts; the errors that an operator may meet are in `storage.errors`.
"""
