"""The callback codec against published check values, and values computed once by an independent program."""

import pytest

from wxapi.callback import MessageCipher, PlainCodec, SafeCodec, read_fields, sign

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
RANDOM = b"0123456789abcdef"
TOKEN = "simTokenWecom2026"
CORP = "ww0123456789abcdef"

ADD_EVENT = (
    f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
    "<CreateTime>1760000100</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
    "<UserID><![CDATA[lina]]></UserID><ExternalUserID><![CDATA[wmSIM0000000000000000000000000001]]></ExternalUserID>"
    "<State><![CDATA[mp_menu_01]]></State><WelcomeCode><![CDATA[WC0001]]></WelcomeCode></xml>"
)
ADD_ENCRYPTED = (
    "Q3stYC6hdFzMh9T8HCvyDIGrgQ2D82mtHf100IYHq29ZiVM6zlz55FvcnD/mWjJsjgC3i48Yqd8CP9pI3snDszgTX/ei0LeKnsr9J6C4+ziwvSOfuAT1"
    "PxT+d08aamXFxaCMKHzGu9adNMZuSAh5GbJ1uvZsEB/DY9dKZnSL/oYe4NoIresvXcFQJ7QoalYOnMXiHGoNMY8EcXEOjGFT14D+Rd5lNrb4Sl+1upOr"
    "wKyzStUjfxIYsxOfuZwhRqiu1uIOcDKscsOttwU4+rCwSSJBoa7USu9Foesvh/tBRDdtZghxaj4DXBdbUuFQuPbE9ABkt2NgGhmBYRG5CGaBDBqr0EPj"
    "Iz3NpeRa30jZhSmVUQ6sWCiBnGV+DKUcmhmNd7Rp3ZpwNsewk/VOWo3ST5iEQmLoE6cwlclDnTuLffE/dNZS6iVbRFnjYTkBlpCnP3jHt/a/F9ZCNtvM"
    "nHMdAmMO0FUlKIbHZY556/whoCyhhHYxPNZSkqr0pRKpoBqS+QSRhUGZb0nKUKwf6U5Q84YLHWGPE6bCNJHGE6cNaxXQJnN+XE7gSJu5dUURXC3FKi79"
    "Qdh8TJHjt8TI42PGrCJpuBM4d33tymzC40UBmwkwo5gkLtSsXVtP5ut8Ng/a5pXngKy90yN4EyunBvc+ai7Zu9pKK4ItNEGMGU4ssCcPkHMSqPzrJ6IQ"
    "vKLHGTMz5HdSPnajkrvm+A/yRqxu1g=="
)
ACCOUNT_MESSAGE = (
    "<xml><ToUserName><![CDATA[gh_loopdemo0001]]></ToUserName><FromUserName><![CDATA[oDemo_0001]]></FromUserName>"
    "<CreateTime>1760000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>"
    "<MsgId>23000000000000001</MsgId></xml>"
)
ACCOUNT_ENCRYPTED = (
    "GbnnLFZTwwFmgLtSp8B5bX2lASKbrEJVGeJA/V9351wc7Q5dP3CF9LHGtXZi8tAZtg4sEq6bHw/O2MjhEbcHFk/jpE12J3q83M4qaRfNtV8CVJXa"
    "2TheTe+d5Rj8s/LWhQHHfQUYHVahUawwVMGB2zAtnHMtaH24HiClrxQ4+uo9zBhQV4NLoDUKeSP5s2H2Lnw/aBvJxr1OY80mR/muRP55o0CCm92g"
    "Rkej60xeZw5EZepOmF1e07fScxvIEaDhrNDuEPMGvqmBOP9b4QQcc4GjMHEbY6eceYNAKQsXvuBMdzWC07894K/5eWah0fP1YuFMo+vwgiOymwlc"
    "Q/OfOfilVn5Twlh+lbsWo8asyADSp0zdEg0PBXmO6OI8fPDeu3Q2XCdP4hpEplL7f0ix1Cnz5/G5TctSROCoA2dvFjE="
)


def test_published_wecom_url_verification():
    """xen0n/go-workwx, tests of its signature and encryptor."""
    codec = SafeCodec(
        "kjr2TKI8umCBfVF3wAHk8JiPwma5VBme", "4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws", "ww6a112864f8022910"
    )
    query = {
        "timestamp": "1583940690",
        "nonce": "VHh7ymSeb0jc4lSb",
        "echostr": "6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==",
        "msg_signature": "1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011",
    }
    assert codec.verify_url(query) == "94966531020182955848408"


def test_own_wecom_url_verification():
    query = {
        "timestamp": "1760000000",
        "nonce": "n0nce4321",
        "echostr": "Q3stYC6hdFzMh9T8HCvyDBMailxmPPsJewqhSmrqB+hyU/wTDpyIOBE4oaj0dOcvpEJQv+S1agLfcRmDgyeAeg==",
        "msg_signature": "a2b42d22d986f125aff22568f3f70c31769be58a",
    }
    assert SafeCodec(TOKEN, KEY, CORP).verify_url(query) == "7788990011223344"
    assert MessageCipher(KEY, CORP).encrypt(b"7788990011223344", RANDOM) == query["echostr"]


def test_own_wecom_push_both_ways():
    query = {
        "timestamp": "1760000100",
        "nonce": "abcXYZ789",
        "msg_signature": "eacf2d4d56ffa114f5421350e3e84d4441b1a462",
    }
    body = f"<xml><ToUserName>{CORP}</ToUserName><AgentID/><Encrypt><![CDATA[{ADD_ENCRYPTED}]]></Encrypt></xml>"
    assert SafeCodec(TOKEN, KEY, CORP).open(query, body.encode()) == ADD_EVENT.encode()
    assert MessageCipher(KEY, CORP).encrypt(ADD_EVENT.encode(), RANDOM) == ADD_ENCRYPTED


def test_published_official_account_message_both_ways():
    """Tencent's open-platform demo, also in WxJava's tests."""
    encrypted = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    cipher = MessageCipher(KEY, "wxb11529c136998cb6")
    assert cipher.encrypt("我是中文abcd123".encode(), b"aaaabbbbccccdddd") == encrypted
    assert cipher.decrypt(encrypted).decode() == "我是中文abcd123"
    assert sign("pamtest", "1409304348", "xxxxxx", encrypted) == "82c962d39941aa48552f90ef55aa323dc620cc10"
    assert sign("pamtest", "1409304348", "xxxxxx") == "76480565cbe296026c53aaacd1ad523a1ddba24f"


def test_own_official_account_message_with_unused_key_bits():
    """The key's last character carries bits that are not zero."""
    query = {
        "timestamp": "1760000000",
        "nonce": "24680135",
        "signature": "a128258c5260b83291c147ba30e713eb4eaa76a7",
        "msg_signature": "2e3b9b2191e5b0f1371afe89a26dcce949f577a3",
    }
    key = "Q2hhbm5lbExvb3BTaW11bGF0b3JLZXkwMTIzNDU2Nzg"
    assert MessageCipher(key, "wx0123456789abcdef").encrypt(ACCOUNT_MESSAGE.encode(), RANDOM) == ACCOUNT_ENCRYPTED
    body = f"<xml><ToUserName>gh_loopdemo0001</ToUserName><Encrypt>{ACCOUNT_ENCRYPTED}</Encrypt></xml>".encode()
    opened = SafeCodec("loopToken7", key, "wx0123456789abcdef").open(query, body)
    assert opened == ACCOUNT_MESSAGE.encode()
    assert read_fields(opened)["Content"] == "你好"
    assert PlainCodec("loopToken7").open(query, ACCOUNT_MESSAGE.encode()) == ACCOUNT_MESSAGE.encode()


def test_plain_verification_echoes():
    query = {
        "timestamp": "1760000000",
        "nonce": "24680135",
        "echostr": "5837261940",
        "signature": "a128258c5260b83291c147ba30e713eb4eaa76a7",
    }
    assert PlainCodec("loopToken7").verify_url(query) == "5837261940"


def test_sealed_reply_opens_again():
    reply = SafeCodec(TOKEN, KEY, CORP).seal("<xml><Content>已收到</Content></xml>", 1760000200, "13572468")
    fields = read_fields(reply.encode())
    query = {"timestamp": fields["TimeStamp"], "nonce": fields["Nonce"], "msg_signature": fields["MsgSignature"]}
    assert SafeCodec(TOKEN, KEY, CORP).open(query, reply.encode()).decode() == "<xml><Content>已收到</Content></xml>"


@pytest.mark.parametrize("length", range(64))
def test_every_length_survives(length: int):
    cipher = MessageCipher(KEY, CORP)
    message = bytes(range(length))
    assert cipher.decrypt(cipher.encrypt(message)) == message
