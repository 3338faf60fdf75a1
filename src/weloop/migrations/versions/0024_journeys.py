"""Journeys of many nodes: versions, positions, counts. The welcome rules of before become journeys of one node."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())

COPY = (
    """
    INSERT INTO journey (id, key, name, status, created_at, updated_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, key, key, CASE WHEN active THEN 'live' ELSE 'stopped' END, updated_at, updated_at FROM old_journey
    """,
    """
    INSERT INTO journey_version (journey_id, number, definition, webhooks, published_at)
    SELECT id, 1, jsonb_build_object(
        'format', 1, 'goal', NULL, 'max_steps', 1000, 'pause_share', 0.2,
        'entry', jsonb_build_object('per', 'friendship', 'again', 'never', 'pause_seconds', 0,
            'events', jsonb_build_array(jsonb_build_object(
                'kind', 'ContactAdded', 'account_id', account_id,
                'where', jsonb_build_object('op', 'is', 'field', 'event.state', 'value', entry_state)))),
        'nodes', jsonb_build_array(jsonb_build_object(
            'id', 'welcome', 'type', 'send_welcome', 'next', NULL,
            'text', coalesce(nodes #>> '{0,content,text}', ''),
            'attachments', coalesce(nodes #> '{0,content,attachments}', '[]'::jsonb)))
    ), '{}', updated_at
    FROM old_journey ORDER BY id
    """,
    "UPDATE journey SET version_id = v.id FROM journey_version AS v WHERE v.journey_id = journey.id",
    """
    INSERT INTO journey_trigger (version_id, number, what, kind, account_id, mark)
    SELECT v.id, 0, 'entry', 'ContactAdded', o.account_id, o.entry_state
    FROM old_journey AS o JOIN journey_version AS v ON v.journey_id = o.id
    """,
    """
    INSERT INTO journey_run (id, journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at, ended_at,
                             outcome)
    OVERRIDING SYSTEM VALUE
    SELECT r.id, r.journey_id, v.id, r.entry_key, r.identity_id, coalesce(i.person_id, r.identity_id), r.entered_at,
        r.entered_at, CASE WHEN r.state = 2 THEN r.due END, CASE WHEN r.state = 2 THEN 'finished' END
    FROM old_journey_run AS r JOIN journey_version AS v ON v.journey_id = r.journey_id
    LEFT JOIN identity AS i ON i.id = r.identity_id
    """,
    """
    INSERT INTO journey_position (run_id, journey_id, version_id, account_id, identity_id, unit, listens, due, since_at,
                                  since_id, entered_at, trace_id, context)
    SELECT r.id, r.journey_id, n.version_id, r.account_id, r.identity_id, n.unit, false, r.due, r.entered_at, 0,
        r.entered_at, r.trace_id, r.context || jsonb_build_object('event.state', o.entry_state)
    FROM old_journey_run AS r JOIN journey_run AS n ON n.id = r.id JOIN old_journey AS o ON o.id = r.journey_id
    WHERE r.state < 2
    """,
    "INSERT INTO journey_step (run_id, seq, node, result, at) SELECT run_id, node, 0, result, at FROM old_journey_step",
    """
    INSERT INTO journey_count (version_id, node, what, day, n)
    SELECT version_id, -1, what, ((entered_at AT TIME ZONE 'UTC') + interval '8 hours')::date, count(*)
    FROM journey_run CROSS JOIN LATERAL (VALUES ('entered'), ('ended_finished')) AS w (what)
    WHERE what = 'entered' OR ended_at IS NOT NULL GROUP BY 1, 3, 4
    """,
    """
    INSERT INTO journey_count (version_id, node, what, day, n)
    SELECT r.version_id, s.node, s.result, ((s.at AT TIME ZONE 'UTC') + interval '8 hours')::date, count(*)
    FROM journey_step AS s JOIN journey_run AS r ON r.id = s.run_id GROUP BY 1, 2, 3, 4
    """,
    """
    INSERT INTO journey_count (version_id, node, what, day, n)
    SELECT version_id, 0, 'here', ((entered_at AT TIME ZONE 'UTC') + interval '8 hours')::date, count(*)
    FROM journey_position GROUP BY 1, 4
    """,
    "SELECT setval(pg_get_serial_sequence('journey', 'id'), coalesce(max(id), 0) + 1, false) FROM journey",
    "SELECT setval(pg_get_serial_sequence('journey_run', 'id'), coalesce(max(id), 0) + 1, false) FROM journey_run",
    "DROP TABLE old_journey, old_journey_run, old_journey_step",
)
RENAMED = {
    "journey": ("pk_journey", "uq_journey_key", "ix_journey_entry"),
    "journey_run": (
        "pk_journey_run",
        "uq_journey_run_journey_id_entry_key",
        "ix_journey_run_due",
        "ix_journey_run_identity_id",
    ),
    "journey_step": ("pk_journey_step",),
}


def upgrade() -> None:
    """Make the tables and move what there is."""
    for table, indexes in RENAMED.items():
        op.rename_table(table, f"old_{table}")
        for index in indexes:
            op.execute(f"ALTER INDEX {index} RENAME TO old_{index}")
    _make_journeys()
    _make_runs()
    _make_counts()
    for statement in COPY:
        op.execute(statement)


def _make_journeys() -> None:
    op.create_table(
        "journey",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("draft", JSONB, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("tried", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("status IN ('draft', 'live', 'paused', 'stopped')", name="status"),
        sa.PrimaryKeyConstraint("id", name="pk_journey"),
        sa.UniqueConstraint("key", name="uq_journey_key"),
    )
    op.create_table(
        "journey_version",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("webhooks", JSONB, nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journey_version"),
        sa.UniqueConstraint("journey_id", "number", name="uq_journey_version_journey_id_number"),
    )
    op.create_table(
        "journey_trigger",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("version_id", "number", name="pk_journey_trigger"),
    )
    op.create_index("ix_journey_trigger_kind", "journey_trigger", ["kind", "mark"])


def _make_runs() -> None:
    op.create_table(
        "journey_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("entry_key", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("entry_event", sa.BigInteger(), nullable=True),
        sa.Column("goal_until", MOMENT, nullable=True),
        sa.Column("goal_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_journey_run"),
        sa.UniqueConstraint("journey_id", "entry_key", name="uq_journey_run_journey_id_entry_key"),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_journey_run_identity_id", "journey_run", ["identity_id"])
    op.create_table(
        "journey_position",
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("seq", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("hold", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("listens", sa.Boolean(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("since_at", MOMENT, nullable=False),
        sa.Column("since_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("trace_id", sa.Text(), nullable=False),
        sa.Column("context", JSONB, nullable=True),
        sa.Column("mail", JSONB, nullable=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_journey_position"),
        postgresql_with={"fillfactor": 60, "autovacuum_vacuum_scale_factor": 0.05, "autovacuum_vacuum_cost_delay": 0},
    )
    for name, columns, where in (
        ("due", ["due"], "hold = 0"),
        ("listens", ["identity_id"], "listens"),
        ("hold", ["journey_id", "run_id"], "hold > 0"),
    ):
        op.create_index(f"ix_journey_position_{name}", "journey_position", columns, postgresql_where=sa.text(where))
    op.create_table(
        "journey_step",
        sa.Column("run_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("node", sa.SmallInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", JSONB, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seq", name="pk_journey_step"),
        postgresql_with={"fillfactor": 90},
    )


def _make_counts() -> None:
    op.create_table(
        "journey_count",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "node", "what", "day", name="pk_journey_count"),
    )
    op.create_table(
        "journey_count_delta",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.SmallInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journey_count_delta"),
    )
    op.create_table(
        "journey_sweep",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("after", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("journey_id", name="pk_journey_sweep"),
    )
