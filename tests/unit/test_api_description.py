"""The description that the web client is generated from."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from weloop.entrypoints.http.app import create_api
from weloop.entrypoints.http.openapi import render

TOLD_ONCE = ("NewWebhook", "NewWriteKey")
"""Answers with a secret that we made and that is told this once."""


@cache
def described() -> dict[str, Any]:
    """The whole, which takes seconds to make."""
    return create_api().openapi()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of the whole API."""
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_it_is_the_same_every_time() -> None:
    assert render() == render()


def test_operations_have_short_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    assert all("api" not in name for name in names)


def test_every_operation_tells_its_errors() -> None:
    for method, path, operation in operations():
        schema = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path)
        assert "422" not in operation["responses"]


def test_no_answer_carries_a_secret() -> None:
    schemas = described()["components"]["schemas"]
    secret = {"secret", "callback_token", "aes_key", "password", "password_hash", "token"}
    for name, schema in schemas.items():
        if name not in ("AccountInput", "AccountChange", "Credentials", *TOLD_ONCE):
            assert not secret & set(schema.get("properties", {})), name


def test_what_is_told_once_is_answered_to_its_making_alone() -> None:
    for method, path, operation in operations():
        answers = str({status: answer for status, answer in operation["responses"].items() if status != "default"})
        assert method == "post" or not any(f"/{name}'" in answers for name in TOLD_ONCE), (method, path)
