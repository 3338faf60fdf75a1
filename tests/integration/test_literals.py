"""Arrays as texts come to the database as the driver's own would."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.kit.db import literal, run, to_json

MOMENT = datetime(2026, 11, 29, 13, 5, 7, 123456, tzinfo=UTC)
TEXTS = ["plain", "", "NULL", "null", "a,b", "{}", 'say "hi"', "back\\slash", "微环 😀", " a "]
HOSTILE = {"text": 'line\nbreak\t"quoted" \\n {a,b} \x01 微', "none": None, "list": [1, "NULL"]}


async def test_numbers_moments_texts_and_json_arrive_as_they_are(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        [row] = await run(
            connection,
            """
            SELECT $1::text::bigint[] AS numbers, $2::text::timestamptz[] AS moments, $3::text::text[] AS texts,
                $4::text::jsonb[] AS documents, $5::text::int[] AS nothing
            """,
            literal([1, -(2**63), None]),
            literal([MOMENT, None]),
            literal(TEXTS),
            literal([to_json(HOSTILE), None, to_json([])]),
            literal([]),
        )
    assert row.numbers == [1, -(2**63), None]
    assert row.moments == [MOMENT, None]
    assert row.texts == TEXTS
    assert row.documents == [HOSTILE, None, []]
    assert row.nothing == []
