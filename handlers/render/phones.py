"""Telephone numbers as people dial them."""

from __future__ import annotations


def dialled(phone: str) -> str:
    """`13912345678`, `0931-8888888`: a Chinese number as it is dialled in China; any other as it is on file."""
    import phonenumbers  # noqa: PLC0415 -- its tables take 100 ms to load

    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return phone  # as the operator wrote it into the config
    if number.country_code != 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    first, *rest = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL).split()
    return f"{first}-{''.join(rest)}" if first.startswith("0") and rest else first + "".join(rest)
