"""What every test may ask for."""

from hypothesis import settings

pytest_plugins = ["tests.postgres"]

# How long an example takes says nothing on a machine that several test runs share.
settings.register_profile("gridcare", deadline=None)
settings.load_profile("gridcare")
