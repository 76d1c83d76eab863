"""What an elder's words are heard as.

`sentences.tsv` (331) and `held_out.tsv` (61, drawn at random from the same 392) were written in one go before the code
and committed before it. The lists were then written by the same hand, so the scores say that the reading does what it
is meant to, not how Lanzhou writes. First run, before any tuning:

| | precision | recall |
|---|---|---|
| alarm | 53/54 | 53/54 |
| trouble | 118/119 | 118/120 |
| away | 32/32 | 32/34 |
| kind | 21/21 | 21/22 |
| plain | 100/105 | 100/101 |
| held out, all | | 60/61 (an away was heard as plain; nobody in need missed, nobody asked wrongly) |

Three of the seven misses were traditional characters, whose table was still empty. Nothing was tuned on the held-out
file: its score after all tuning is the same 60/61. `found_later.tsv` grows: what was misread since, or nearly.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from care.domain import lists
from care.domain.signs import OWN, Sign, heard_in, is_warm, sounds_alarm

HERE = Path(__file__).parent
NEEDED = (Sign.ALARM, Sign.TROUBLE)


def rows(name: str) -> Iterator[tuple[Sign, str, str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines()[1:]:
        expected, sentence, why = line.split("\t")
        yield Sign(expected), sentence, why


def sentences(*wanted: Sign) -> list[str]:
    return [sentence for expected, sentence, _ in rows("sentences.tsv") if expected in wanted]


@pytest.mark.parametrize(("expected", "sentence", "why"), [*rows("sentences.tsv"), *rows("found_later.tsv")])
def test_a_sentence_is_heard_as_it_is_meant(expected: Sign, sentence: str, why: str) -> None:
    heard = heard_in(sentence)
    assert heard.sign is expected, f"{heard.reason}: {why}"


def test_sentences_nothing_was_tuned_on() -> None:
    misses = [(expected, sentence) for expected, sentence, _ in rows("held_out.tsv") if heard(sentence) is not expected]
    assert not [sentence for expected, sentence in misses if expected in NEEDED]  # nobody in need is missed
    assert not [sentence for _, sentence in misses if heard(sentence) in NEEDED]  # and nobody is asked wrongly
    assert len(misses) <= 1  # as measured; see above


def test_half_of_the_sentences_are_harmless() -> None:
    signs = [expected for expected, _, _ in rows("sentences.tsv")]
    assert len(signs) >= 300
    assert 0.4 < sum(sign not in NEEDED for sign in signs) / len(signs) < 0.6


def heard(sentence: str) -> Sign:
    return heard_in(sentence).sign


# -- whatever stands around or between --------------------------------------------------------------------------------

NOISE = st.text(alphabet=" \t\n　,，.。!！?？~～…、;；-—*·\u200b\ufe0f🌹🙏👍🔥😂", max_size=4)
APART = st.text(alphabet=" 　,，.。!！?？~～…、-—·\u200b🌹🙏👍", min_size=1, max_size=3)
ALARM_WORDS = [line.entry for line in lists.lines("alarm") if line.section == "everyone"]
CHINESE_ALARMS = [word for word in ALARM_WORDS if not word.isascii()]
LIST_ENTRIES = {line.entry for name in ("alarm", "trouble", "away") for line in lists.lines(name)}


@given(st.sampled_from(sentences(Sign.ALARM)), NOISE, NOISE)
def test_nothing_around_an_alarm_hides_it(alarm: str, before: str, after: str) -> None:
    assert heard(before + alarm + after) is Sign.ALARM


@given(st.sampled_from(CHINESE_ALARMS), st.data())
def test_nothing_between_its_characters_hides_an_alarm(word: str, data: st.DataObject) -> None:
    apart = [data.draw(APART) for _ in word[1:]]
    assert heard(word[0] + "".join(sep + sign for sep, sign in zip(apart, word[1:], strict=True))) is Sign.ALARM


@given(st.sampled_from(CHINESE_ALARMS), st.data(), st.sampled_from([" ", "　", "🌹", "~", "·", "\u200b"]))
def test_a_space_within_an_alarm_word_is_no_matter_wherever_it_stands(
    word: str, data: st.DataObject, between: str
) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    assert heard("我们这里" + word[:at] + between + word[at:] + "了呀") is Sign.ALARM


@given(st.sampled_from(CHINESE_ALARMS), st.data())
def test_a_comma_run_through_an_alarm_word_is_at_least_asked_about(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    assert heard("我们这里" + word[:at] + "，" + word[at:] + "了呀") in NEEDED


HARMLESS = sentences(Sign.PLAIN, Sign.KIND, Sign.AWAY)


@settings(max_examples=400)
@given(st.sampled_from(HARMLESS), st.sampled_from(sentences(*NEEDED)), st.sampled_from("，。 ！\n；"), st.booleans())
@example("电视上说哪儿着火了", "腿疼", " ", True)
@example("救命恩人来了", "🤒🤒", "，", True)
@example("药吃了", "救。。。命", " ", False)  # not 救命药
@example("麻烦你们了", "我害怕", " ", False)  # not 害怕麻烦
def test_a_harmless_sentence_beside_it_hides_no_trouble(harmless: str, trouble: str, sep: str, first: bool) -> None:
    both = harmless + sep + trouble if first else trouble + sep + harmless
    assert heard(both) in NEEDED


@given(st.text(max_size=200) | st.text(alphabet="不没有疼头晕着火救命，。 你们吗了的电视上说怕", max_size=60))
def test_any_text_is_heard_and_only_our_own_words_are_kept(text: str) -> None:
    result = heard_in(text)
    assert result.word in LIST_ENTRIES | {""}
    assert (result.sign in (Sign.KIND, Sign.PLAIN)) == (result.word == "")
    sounds_alarm(text)
    if result.sign is Sign.KIND:
        assert is_warm(text)


@pytest.mark.parametrize(
    "text", ["不疼" * 2048, "没有疼、" * 1024, "嗯" * 4095 + "x", "着" + " " * 4094, "心疼你" * 1365]
)
def test_the_longest_message_is_heard_in_good_time(text: str) -> None:
    # A search that grows with the square of the text would take minutes; this takes well under a second.
    import time

    began = time.process_time()
    heard_in(text)
    assert time.process_time() - began < 5


# -- what decided, and the operator's own words -----------------------------------------------------------------------


def test_the_reason_names_the_entry_and_never_the_elders_words() -> None:
    assert heard_in("昨天在家里摔了一跤，胳膊疼").reason == "trouble:falls:摔"
    assert heard_in("家里着火了").reason == "alarm:everyone:着火"
    assert heard_in("听说三号楼着火了").reason == "trouble:hearsay:着火"
    assert heard_in("去我大儿子家").reason == "away:去…儿子家"
    assert heard_in("谢谢").reason == "kind"


def test_nothing_said_is_a_plain_sign() -> None:
    assert heard("") is Sign.PLAIN
    assert heard(" \n") is Sign.PLAIN


def test_words_that_an_operator_added_count() -> None:
    assert heard_in("屋里塌方了", alarm_words=["塌方"]).reason == "alarm:own:塌方"
    assert heard_in("今天心里麻缠", trouble_words=["麻缠"]).reason == f"trouble:{OWN}:麻缠"
    assert heard("屋里塌方了") is Sign.PLAIN
    assert heard_in("FLOOD!", alarm_words=["flood"]).sign is Sign.ALARM


def test_an_operators_word_is_denied_only_plainly() -> None:
    own = ["麻缠", "疼爱"]
    assert heard_in("不麻缠了", trouble_words=own).sign is Sign.PLAIN
    assert heard_in("没有麻缠", trouble_words=own).sign is Sign.PLAIN
    assert heard_in("去年麻缠过", trouble_words=own).sign is Sign.TROUBLE  # long ago is not plainly denied
    assert heard_in("你们麻缠吗", trouble_words=own).sign is Sign.TROUBLE
    assert heard_in("儿女疼爱", trouble_words=own).sign is Sign.TROUBLE  # our idioms do not outvote it


@pytest.mark.parametrize("word", ["", " ", "=", "…"])
def test_an_operators_empty_word_counts_for_nothing(word: str) -> None:
    assert heard_in("今天天气好", trouble_words=[word], alarm_words=[word]).sign is Sign.PLAIN


def test_an_operators_words_are_no_patterns() -> None:
    assert heard_in("abc", alarm_words=["a.c", "(", "[a-z]"]).sign is Sign.PLAIN
    assert heard_in("a c", alarm_words=["a…c"]).sign is Sign.ALARM


# -- the lists --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["alarm", "not_alarm", "trouble", "not_trouble", "away", "not_away", "kind"])
def test_a_list_says_each_thing_once(name: str) -> None:
    raw = (Path(lists.__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    entries = [line for line in raw if line and not line.startswith(("#", "["))]
    assert [entry for entry in entries if entries.count(entry) > 1] == []
    assert raw[0].startswith("# ")  # says what the list is for


def test_every_alarm_and_trouble_word_of_ours_is_heard_when_it_is_all_that_is_said() -> None:
    silent = {
        line.entry
        for name in ("alarm", "trouble")
        for line in lists.lines(name)
        if heard(line.entry.lstrip("=").replace("…", "")) not in NEEDED
    }
    assert silent == set()


def test_every_away_and_kind_word_of_ours_is_heard() -> None:
    for line in lists.lines("away"):
        assert heard(line.entry.replace("…", "")) in (Sign.AWAY, *NEEDED), line.entry
    for line in lists.lines("kind"):
        assert heard(line.entry) is Sign.KIND, line.entry


def test_the_words_that_the_product_promises() -> None:
    for word in ("救命", "着火", "煤气味", "煤气漏", "漏煤气", "有人砸门", "fire"):
        assert heard(word) is Sign.ALARM, word
    promised = (
        "摔 跌 绊 晕 喘 胸闷 心慌 疼 难受 不舒服 起不来 动不了 没力气 流血 发烧 吐 害怕 骗钱 转账 不美 不攒劲 难过 help"
    )
    for word in promised.split():
        assert heard(word) is Sign.TROUBLE, word


def test_traditional_characters_read_like_simplified_ones() -> None:
    for line in lists.lines("traditional"):
        assert len(line.entry) == 2
        assert line.entry[0] != line.entry[1]
    for traditional in ("著火了", "煤氣漏了", "有人砸門", "救護車快叫救護車"):
        assert heard(traditional) is Sign.ALARM, traditional
    for traditional in ("頭暈", "喘不過氣", "難受", "發燒", "動不了", "騙錢", "轉賬", "驗證碼", "沒力氣", "心慌難過"):
        assert heard(traditional) is Sign.TROUBLE, traditional
    assert heard("頭不疼了，沒發燒") is Sign.PLAIN
