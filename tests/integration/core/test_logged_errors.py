"""What is logged of an error of the database: what went wrong, but no values, for those are about people."""

import io
import logging

import pytest
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.kit.db import run

LINES = "一行\n\n又一行"


@pytest.mark.parametrize("words", ["13812345678", LINES])
async def test_an_error_of_the_database_is_logged_without_values(engine: AsyncEngine, words: str) -> None:
    [handler] = [
        each
        for each in logging.getLogger().handlers
        if isinstance(each, logging.StreamHandler) and isinstance(each.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        async with engine.connect() as connection:
            await run(
                connection,
                "INSERT INTO mass_content (digest, words, attachments) VALUES ('', $1, NULL)",
                words,
            )
    except DBAPIError:
        structlog.get_logger().exception("test.failed")
    finally:
        handler.setStream(before)
    async with engine.connect() as connection:
        assert [tuple(row) for row in await run(connection, "SHOW log_error_verbosity")] == [("terse",)]
    text = written.getvalue()
    assert 'null value in column \\"attachments\\"' in text
    assert "INSERT INTO mass_content" in text
    assert not any(part in text for part in words.split())
