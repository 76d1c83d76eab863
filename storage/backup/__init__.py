"""All there is to keep, in one file, and back: the database, the photos, and which key they belong to.

The key itself is never in it: whoever finds the file can read no name and no phone. `making` takes the copy beside a
running bot, `archive` is the file, `restoring` puts it in place, all of it or nothing.
"""
