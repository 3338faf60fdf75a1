"""The ledger of consent only grows."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Guard the ledger: erasing a person takes away what somebody noted in words, and nothing else."""
    op.execute(
        """
        CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON consent_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF to_jsonb(NEW) - 'reason' <> to_jsonb(OLD) - 'reason' OR NEW.reason IS NOT NULL THEN
                RAISE EXCEPTION 'consent_entry is append-only';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER append_only_rows BEFORE UPDATE ON consent_entry
        FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()
        """
    )
