"""Telephone numbers as people write them, understood for the community's region."""

from __future__ import annotations

from care.domain.roster import ReadPhone


def phone_reader(region: str) -> ReadPhone:
    """How numbers are read in `region` (two letters such as "CN"): E.164, or None for what no telephone can have.

    Spaces, dashes, brackets and full-width digits are tolerated; a landline needs its area code.
    """
    import phonenumbers  # noqa: PLC0415 -- its tables take 100 ms to load, and `--help` has no use for them

    def read(text: str) -> str | None:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return None
        if number.extension or not phonenumbers.is_valid_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return read
