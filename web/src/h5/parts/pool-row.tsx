import Button from "antd-mobile/es/components/button";
import { useTranslation } from "react-i18next";
import type { PoolLead } from "../api/client";
import { useWorldNow } from "../api/world-clock";
import { Face } from "./face";
import css from "./pool-row.module.css";
import { useAgeText } from "./words";

interface Props {
  lead: PoolLead;
  busy: boolean;
  disabled: boolean;
  onClaim: () => void;
}

/** One lead of the pool: enough to choose by, and the button that takes it. */
export function PoolRow({ lead, busy, disabled, onClaim }: Props) {
  const { t } = useTranslation();
  const age = useAgeText();
  const now = useWorldNow();
  const name = lead.name || t("h5.lead.nameless");
  return (
    <li className={css.row}>
      <Face name={name} />
      <div className={css.body}>
        <p className={css.first}>
          <b>{name}</b>
          {lead.score !== null && <span>{t("h5.pool.score", { n: lead.score })}</span>}
        </p>
        {lead.company && <p className={css.company}>{lead.company}</p>}
        <p className={css.meta}>
          <span>{lead.source ?? t("h5.lead.noSource")}</span>
          <time dateTime={lead.arrived_at}>{age(lead.arrived_at, now)}</time>
        </p>
      </div>
      <Button
        color="primary"
        fill="outline"
        loading={busy}
        disabled={disabled}
        onClick={onClaim}
        className={css.claim}
        aria-label={t("h5.pool.claimOf", { name })}
      >
        {t("h5.act.claim")}
      </Button>
    </li>
  );
}
