import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ApiError, toApiError } from "@/api/errors";
import { client, type PhoneLeadCard, take } from "../api/client";
import { isOver, useResource } from "../api/use-resource";
import { setWorldNow } from "../api/world-clock";
import { ActionBar, type Sheet } from "../parts/action-bar";
import { ChatSheet } from "../parts/chat-sheet";
import { ClockBanner } from "../parts/clock-banner";
import { FollowUpSheet } from "../parts/follow-up-sheet";
import { FollowUps } from "../parts/follow-ups";
import { InvalidSheet } from "../parts/invalid-sheet";
import { LeadHead } from "../parts/lead-head";
import { QualificationChips } from "../parts/qualification-chips";
import { ScoreReasons } from "../parts/score-reasons";
import { StaleNotice } from "../parts/stale-notice";
import { Toast } from "../parts/toast";
import { Waiting } from "../parts/waiting";
import css from "./lead-page.module.css";
import { ProblemPage } from "./problem-page";

export type Act = (change: Promise<{ data?: PhoneLeadCard }>, done: string) => Promise<boolean>;

interface Props {
  id: string;
  /** What has just come of another page's tap. */
  news: string;
  onBack: () => void;
}

/** One lead: its clock, what is known, and what can be done now. */
export function LeadPage({ id, news, onBack }: Props) {
  const { t } = useTranslation();
  const path = { params: { path: { lead_id: id as unknown as number } } };
  const load = useCallback(async () => {
    const card = await take(
      client.GET("/api/h5/leads/{lead_id}", { params: { path: { lead_id: id as unknown as number } } }),
    );
    setWorldNow(card.clock_now);
    return card;
  }, [id]);
  const resource = useResource(load);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState(news);
  const [failed, setFailed] = useState<ApiError | null>(null);

  const forget = useCallback(() => {
    setSaid("");
    setFailed(null);
  }, []);

  const act: Act = async (change, done) => {
    setBusy(true);
    setFailed(null);
    try {
      const card = await take(change);
      setWorldNow(card.clock_now);
      resource.put(card);
      setSheet(null);
      setSaid(done);
      return true;
    } catch (error) {
      setFailed(toApiError(error));
      void resource.reload();
      return false;
    } finally {
      setBusy(false);
    }
  };

  const card = resource.data;
  if (failed !== null && isOver(failed)) return <ProblemPage code={failed.code} again />;
  if (resource.error !== null && isOver(resource.error))
    return <ProblemPage code={resource.error.code} again />;
  if (resource.error !== null && (card === null || resource.error.status === 404)) {
    return (
      <ProblemPage
        code={resource.error.code}
        onRetry={resource.error.status === 404 ? onBack : resource.reload}
      />
    );
  }
  if (card === null) return <Waiting />;
  return (
    <main className={css.page}>
      <LeadHead card={card} onBack={onBack} />
      <StaleNotice resource={resource} />
      <ClockBanner card={card} />
      <QualificationChips
        card={card}
        disabled={busy}
        onChange={(body) =>
          act(client.PUT("/api/h5/leads/{lead_id}/qualification", { ...path, body }), t("h5.done.qualified"))
        }
      />
      <FollowUps card={card} />
      <ScoreReasons card={card} />
      <ActionBar
        card={card}
        busy={busy}
        onSheet={setSheet}
        onAccept={() => act(client.POST("/api/h5/leads/{lead_id}/accept", path), t("h5.done.accepted"))}
        onContacted={() =>
          act(client.POST("/api/h5/leads/{lead_id}/contacted", path), t("h5.done.contacted"))
        }
      />
      <ChatSheet card={card} open={sheet === "chat"} onClose={() => setSheet(null)} />
      <InvalidSheet
        open={sheet === "invalid"}
        busy={busy}
        onClose={() => setSheet(null)}
        onChoose={(reason) =>
          act(
            client.POST("/api/h5/leads/{lead_id}/invalid", { ...path, body: { reason } }),
            t("h5.done.invalid"),
          )
        }
      />
      <FollowUpSheet
        open={sheet === "follow-up"}
        busy={busy}
        onClose={() => setSheet(null)}
        onSave={(body) =>
          act(client.POST("/api/h5/leads/{lead_id}/follow-ups", { ...path, body }), t("h5.done.followedUp"))
        }
      />
      <Toast said={said} failed={failed} onGone={forget} />
    </main>
  );
}
