import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ApiError, toApiError } from "@/api/errors";
import { client, type PhonePool, type PoolLead, take } from "../api/client";
import type { Resource } from "../api/use-resource";
import { setWorldNow } from "../api/world-clock";
import { ClaimRules } from "../parts/claim-rules";
import { ListProblem } from "../parts/list-problem";
import { PoolRow } from "../parts/pool-row";
import { Toast } from "../parts/toast";
import css from "./pool-page.module.css";

const orders = ["newest", "score"] as const;
type Order = (typeof orders)[number];

function inOrder(leads: readonly PoolLead[], order: Order): readonly PoolLead[] {
  return order === "newest" ? leads : [...leads].sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
}

interface Props {
  pool: Resource<PhonePool | null>;
  onClaimed: (id: string) => void;
  onRefused: () => Promise<void>;
}

/** 公海: who has nobody, how many the member may still take today, and what follows from taking one. */
export function PoolPage({ pool, onClaimed, onRefused }: Props) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<Order>("newest");
  const [busy, setBusy] = useState<string | null>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const forget = useCallback(() => setFailed(null), []);

  const claim = async (id: string) => {
    setBusy(id);
    setFailed(null);
    try {
      const path = { lead_id: id as unknown as number };
      setWorldNow((await take(client.POST("/api/h5/leads/{lead_id}/claim", { params: { path } }))).clock_now);
      onClaimed(id);
    } catch (error) {
      setFailed(toApiError(error));
      await onRefused();
    } finally {
      setBusy(null);
    }
  };

  if (pool.data === null) {
    return pool.error === null ? (
      <div className={css.waiting} aria-busy="true" aria-label={t("h5.waiting")} role="status" />
    ) : (
      <ListProblem code={pool.error.code} onRetry={pool.reload} />
    );
  }
  const { leads, total, claims_left, rules } = pool.data;
  return (
    <>
      <ClaimRules left={claims_left} rules={rules} />
      {leads.length === 0 ? (
        <div className={css.empty}>
          <b>{t("h5.pool.empty")}</b>
          <p>{t("h5.pool.emptyHint")}</p>
        </div>
      ) : (
        <section className={css.list} aria-label={t("h5.pool.title")}>
          <header>
            <span>{t("h5.pool.shown", { shown: leads.length, total })}</span>
            <nav aria-label={t("h5.pool.order.label")}>
              {orders.map((each) => (
                <button type="button" key={each} aria-pressed={order === each} onClick={() => setOrder(each)}>
                  {t(`h5.pool.order.${each}`)}
                </button>
              ))}
            </nav>
          </header>
          <ul>
            {inOrder(leads, order).map((lead) => (
              <PoolRow
                key={lead.id}
                lead={lead}
                busy={busy === lead.id}
                disabled={busy !== null || claims_left === 0}
                onClaim={() => void claim(lead.id)}
              />
            ))}
          </ul>
        </section>
      )}
      <Toast said="" failed={failed} onGone={forget} />
    </>
  );
}
