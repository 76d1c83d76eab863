"""Where a key stands in a TOML text: only then can an operator who knows no TOML find his slip."""

from bot.config.lines import line_of, locate

TEXT = '''\
# a comment = not a key
title = "x"                      # 2

[telegram]                       # 4
token = "a = b [c]"
"quoted" . key = 1               # 6
words = [                        # 7
  "prompt_at = 5", # [no section]
  """
early_from = 6
""",
]
point = { x = 1,  y = [2] }      # 13
text = """
[checkin]
prompt_at = "never"
"""                              # 17
after = 1                        # 18

[[areas]]                        # 20
id = "a"
[[ areas ]]                      # 22
id = "b"
[areas.deep]                     # 24
key = 1
[policy."urgent"]                # 26
ask_claimed = \'\'\'5
[x]\'\'\'
[policy.high]                    # 29
quote = "\\"["
last = 'it''s'
'''


def test_every_key_and_section_is_found_on_its_line() -> None:
    assert locate(TEXT.replace("'it''s'", "'its'")) == {
        ("title",): 2,
        ("telegram",): 4,
        ("telegram", "token"): 5,
        ("telegram", "quoted", "key"): 6,
        ("telegram", "words"): 7,
        ("telegram", "point"): 13,
        ("telegram", "text"): 14,
        ("telegram", "after"): 18,
        ("areas", 0): 20,
        ("areas", 0, "id"): 21,
        ("areas", 1): 22,
        ("areas", 1, "id"): 23,
        ("areas", 1, "deep"): 24,
        ("areas", 1, "deep", "key"): 25,
        ("policy", "urgent"): 26,
        ("policy", "urgent", "ask_claimed"): 27,
        ("policy", "high"): 29,
        ("policy", "high", "quote"): 30,
        ("policy", "high", "last"): 31,
    }


def test_what_has_no_line_of_its_own_stands_with_what_is_around_it() -> None:
    lines = locate(TEXT)
    assert line_of(("telegram", "point", "x"), lines) == 13
    assert line_of(("telegram", "words", 0), lines) == 7
    assert line_of(("areas", 1, "missing"), lines) == 22
    assert line_of(("nowhere",), lines) is None
