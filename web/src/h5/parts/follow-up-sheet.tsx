import Button from "antd-mobile/es/components/button";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorldNow } from "../api/world-clock";
import css from "./follow-up-sheet.module.css";
import { fromField, offers, toField } from "./next-times";
import { Sheet } from "./sheet";

const longest = 1000;

interface Props {
  open: boolean;
  busy: boolean;
  onClose: () => void;
  onSave: (body: { note: string; next_at: string }) => void;
}

/** What was said, and when to ask again: without a next time nothing is saved. */
export function FollowUpSheet({ open, busy, onClose, onSave }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("h5.followUp.title")} open={open} onClose={onClose}>
      <FollowUpForm busy={busy} onSave={onSave} />
    </Sheet>
  );
}

function FollowUpForm({ busy, onSave }: Pick<Props, "busy" | "onSave">) {
  const { t } = useTranslation();
  const now = useWorldNow();
  const [note, setNote] = useState("");
  const [nextAt, setNextAt] = useState<number | null>(null);
  const save = () => {
    if (nextAt !== null) onSave({ note: note.trim(), next_at: new Date(nextAt).toISOString() });
  };
  const choices = offers(now);
  return (
    <>
      <textarea
        className={css.note}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        maxLength={longest}
        rows={4}
        placeholder={t("h5.followUp.placeholder")}
        aria-label={t("h5.followUp.note")}
      />
      <h3 className={css.heading}>{t("h5.followUp.next")}</h3>
      <div className={css.times}>
        {choices.map((choice) => (
          <button
            type="button"
            key={choice.key}
            aria-pressed={choice.at === nextAt}
            onClick={() => setNextAt(choice.at)}
          >
            {t(`h5.followUp.${choice.key}`)}
          </button>
        ))}
      </div>
      <label className={css.other}>
        <span>{t("h5.followUp.other")}</span>
        <input
          type="datetime-local"
          min={toField(now)}
          value={nextAt === null ? "" : toField(nextAt)}
          onChange={(event) => setNextAt(fromField(event.target.value))}
        />
      </label>
      <Button
        color="primary"
        size="large"
        block
        loading={busy}
        disabled={busy || note.trim() === "" || nextAt === null}
        onClick={save}
      >
        {nextAt === null ? t("h5.followUp.saveWithout") : t("h5.followUp.save")}
      </Button>
    </>
  );
}
