import Button from "antd-mobile/es/components/button";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ApiError, toApiError } from "@/api/errors";
import { client, type PhoneLeadCard, type SidebarCustomer, take } from "../api/client";
import { useResource } from "../api/use-resource";
import { setWorldNow, useWorldNow } from "../api/world-clock";
import { ClockBanner } from "./clock-banner";
import { FollowUpSheet } from "./follow-up-sheet";
import { QualificationChips } from "./qualification-chips";
import { ScoreReasons } from "./score-reasons";
import css from "./sidebar.module.css";
import { Toast } from "./toast";
import { useMomentText } from "./words";

type LeadLine = NonNullable<SidebarCustomer["lead"]>;

interface Props {
  lead: SidebarCustomer["lead"];
  /** Counts what went out: the lead is looked at again. */
  sent: number;
  onClaimed: () => void;
}

/** The customer's open lead: the member's own with what can be done about it, another's by name. */
export function SidebarLead({ lead, sent, onClaimed }: Props) {
  const { t } = useTranslation();
  if (lead === null) return <p className={css.note}>{t("h5.sidebar.noLead")}</p>;
  if (lead.mine) return <OwnLead lead={lead} sent={sent} />;
  if (lead.staff === null) return <PoolLead lead={lead} onClaimed={onClaimed} />;
  return <p className={css.note}>{t("h5.sidebar.leadOf", { staff: lead.staff })}</p>;
}

function PoolLead({ lead, onClaimed }: { lead: LeadLine; onClaimed: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const forget = useCallback(() => setFailed(null), []);
  const claim = async () => {
    setBusy(true);
    try {
      const path = { lead_id: lead.id as unknown as number };
      await take(client.POST("/api/h5/leads/{lead_id}/claim", { params: { path } }));
      onClaimed();
    } catch (error) {
      setFailed(toApiError(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={css.acts}>
      <Button color="primary" loading={busy} onClick={claim}>
        {t("h5.act.claim")}
      </Button>
      <p className={css.note}>{t("h5.sidebar.leadInPool")}</p>
      <Toast said="" failed={failed} onGone={forget} />
    </div>
  );
}

function NextTime({ card }: { card: PhoneLeadCard }) {
  const { t } = useTranslation();
  const moment = useMomentText();
  const now = useWorldNow();
  if (card.lead.next_at === null) return null;
  return <p className={css.note}>{t("h5.followUps.next", { moment: moment(card.lead.next_at, now) })}</p>;
}

function OwnLead({ lead, sent }: { lead: LeadLine; sent: number }) {
  const { t } = useTranslation();
  const path = { params: { path: { lead_id: lead.id as unknown as number } } };
  const load = useCallback(async () => {
    const card = await take(
      client.GET("/api/h5/leads/{lead_id}", { params: { path: { lead_id: lead.id as unknown as number } } }),
    );
    setWorldNow(card.clock_now);
    return card;
  }, [lead.id]);
  const { data: card, reload, put } = useResource(load);
  const [busy, setBusy] = useState(false);
  const [writing, setWriting] = useState(false);
  const [said, setSaid] = useState("");
  const [failed, setFailed] = useState<ApiError | null>(null);
  useEffect(() => {
    if (sent > 0 || lead.evidence) void reload();
  }, [sent, lead.evidence, reload]);
  const forget = useCallback(() => {
    setSaid("");
    setFailed(null);
  }, []);
  const act = async (change: Promise<{ data?: PhoneLeadCard }>, done: string) => {
    setBusy(true);
    setFailed(null);
    try {
      put(await take(change));
      setWriting(false);
      setSaid(done);
    } catch (error) {
      setFailed(toApiError(error));
      void reload();
    } finally {
      setBusy(false);
    }
  };
  if (card === null) return null;
  return (
    <>
      <ClockBanner card={card} />
      <div className={css.acts}>
        {card.accepted_at === null ? (
          <Button
            color="primary"
            loading={busy}
            onClick={() => act(client.POST("/api/h5/leads/{lead_id}/accept", path), t("h5.done.accepted"))}
          >
            {t("h5.act.accept")}
          </Button>
        ) : (
          <Button disabled={busy} onClick={() => setWriting(true)}>
            {t("h5.act.followUp")}
          </Button>
        )}
        <NextTime card={card} />
      </div>
      <QualificationChips
        card={card}
        disabled={busy}
        onChange={(body) =>
          act(client.PUT("/api/h5/leads/{lead_id}/qualification", { ...path, body }), t("h5.done.qualified"))
        }
      />
      {card.score_parts.length > 0 && (
        <details className={css.fold}>
          <summary>{t("h5.sidebar.score", { score: card.lead.score ?? 0 })}</summary>
          <ScoreReasons card={card} />
        </details>
      )}
      <FollowUpSheet
        open={writing}
        busy={busy}
        onClose={() => setWriting(false)}
        onSave={(body) =>
          act(client.POST("/api/h5/leads/{lead_id}/follow-ups", { ...path, body }), t("h5.done.followedUp"))
        }
      />
      <Toast said={said} failed={failed} onGone={forget} />
    </>
  );
}
