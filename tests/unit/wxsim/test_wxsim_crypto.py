"""Signature and cipher against the published vectors, and against tampering."""

import base64

import pytest

from wxsim.wire.crypto import BadCipher, CallbackCipher, sign, signatures_match

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CORP = "ww0123456789abcdef"


def test_published_wecom_vector() -> None:
    sealed = "6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w=="
    cipher = CallbackCipher("4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws", "ww6a112864f8022910")
    assert cipher.decrypt(sealed) == b"94966531020182955848408"
    assert cipher.encrypt(b"94966531020182955848408", b"5QMsYcwjR95t2vmC") == sealed
    signature = sign("kjr2TKI8umCBfVF3wAHk8JiPwma5VBme", "1583940690", "VHh7ymSeb0jc4lSb", sealed)
    assert signature == "1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011"


def test_url_verification_vector() -> None:
    sealed = CallbackCipher(KEY, CORP).encrypt(b"7788990011223344", b"0123456789abcdef")
    assert sealed == "Q3stYC6hdFzMh9T8HCvyDBMailxmPPsJewqhSmrqB+hyU/wTDpyIOBE4oaj0dOcvpEJQv+S1agLfcRmDgyeAeg=="
    assert sign("simTokenWecom2026", "1760000000", "n0nce4321", sealed) == "a2b42d22d986f125aff22568f3f70c31769be58a"


def test_callback_vector() -> None:
    plain = (
        "<xml><ToUserName><![CDATA[ww0123456789abcdef]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
        "<CreateTime>1760000100</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
        "<UserID><![CDATA[lina]]></UserID><ExternalUserID><![CDATA[wmSIM0000000000000000000000000001]]></ExternalUserID>"
        "<State><![CDATA[mp_menu_01]]></State><WelcomeCode><![CDATA[WC0001]]></WelcomeCode></xml>"
    )
    assert len(plain) == 481
    sealed = CallbackCipher(KEY, CORP).encrypt(plain.encode(), b"0123456789abcdef")
    signature = sign("simTokenWecom2026", "1760000100", "abcXYZ789", sealed)
    assert signature == "eacf2d4d56ffa114f5421350e3e84d4441b1a462"


def test_published_official_account_vector() -> None:
    cipher = CallbackCipher(KEY, "wxb11529c136998cb6")
    sealed = cipher.encrypt("我是中文abcd123".encode(), b"aaaabbbbccccdddd")
    assert sealed == "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    assert sign("pamtest", "1409304348", "xxxxxx", sealed) == "82c962d39941aa48552f90ef55aa323dc620cc10"
    assert sign("pamtest", "1409304348", "xxxxxx") == "76480565cbe296026c53aaacd1ad523a1ddba24f"


def test_complete_official_account_message() -> None:
    plain = (
        "<xml><ToUserName><![CDATA[gh_loopdemo0001]]></ToUserName><FromUserName><![CDATA[oDemo_0001]]></FromUserName>"
        "<CreateTime>1760000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>"
        "<MsgId>23000000000000001</MsgId></xml>"
    )
    cipher = CallbackCipher("Q2hhbm5lbExvb3BTaW11bGF0b3JLZXkwMTIzNDU2Nzg", "wx0123456789abcdef")
    sealed = cipher.encrypt(plain.encode(), b"0123456789abcdef")
    assert sign("loopToken7", "1760000000", "24680135", sealed) == "2e3b9b2191e5b0f1371afe89a26dcce949f577a3"
    assert sign("loopToken7", "1760000000", "24680135") == "a128258c5260b83291c147ba30e713eb4eaa76a7"


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 1000])
def test_every_length_comes_back(length: int) -> None:
    cipher = CallbackCipher(KEY, CORP)
    assert cipher.decrypt(cipher.encrypt(b"x" * length)) == b"x" * length


def test_foreign_receiver_and_garbage_are_refused() -> None:
    sealed = CallbackCipher(KEY, "ww9999999999999999").encrypt(b"hello")
    for bad in (sealed, "", "!!!", "AAAA", base64.b64encode(b"x" * 32).decode(), sealed[:-8]):
        with pytest.raises(BadCipher):
            CallbackCipher(KEY, CORP).decrypt(bad)


def test_a_key_has_43_characters() -> None:
    with pytest.raises(ValueError, match="43"):
        CallbackCipher("short", CORP)


def test_signatures_compare() -> None:
    assert signatures_match("abc", "abc")
    assert not signatures_match("abc", "abd")
    assert not signatures_match("中", "abd")
