import Button from "antd-mobile/es/components/button";
import { useTranslation } from "react-i18next";
import type { PhoneLeadCard } from "../api/client";
import css from "./action-bar.module.css";

export type Sheet = "chat" | "follow-up" | "invalid";

interface Props {
  card: PhoneLeadCard;
  busy: boolean;
  onAccept: () => void;
  onContacted: () => void;
  onSheet: (sheet: Sheet) => void;
}

const closed = new Set(["won", "lost"]);

/** What can be done now, under the thumb: accept; then chat, call, contacted; then follow up. */
export function ActionBar({ card, busy, onAccept, onContacted, onSheet }: Props) {
  const { t } = useTranslation();
  const { lead, phone, external_userid } = card;
  if (closed.has(lead.stage)) return null;
  const waits = lead.clock?.kind === "accept" || card.accepted_at === null;
  const main = waits
    ? { words: t("h5.act.accept"), run: onAccept }
    : card.contacted_at === null
      ? { words: t("h5.act.contacted"), run: onContacted }
      : { words: t("h5.act.followUp"), run: () => onSheet("follow-up") };
  return (
    <footer className={css.bar}>
      <div className={css.side}>
        {!waits && external_userid !== null && (
          <button type="button" onClick={() => onSheet("chat")}>
            {t("h5.act.chat")}
          </button>
        )}
        {!waits && phone !== null && <a href={`tel:${phone}`}>{t("h5.act.call")}</a>}
        <button type="button" onClick={() => onSheet("invalid")}>
          {t("h5.act.invalid")}
        </button>
      </div>
      <Button
        color="primary"
        size="large"
        loading={busy}
        disabled={busy}
        onClick={main.run}
        className={css.main}
      >
        {main.words}
      </Button>
    </footer>
  );
}
