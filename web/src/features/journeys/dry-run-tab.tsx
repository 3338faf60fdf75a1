import { ExperimentOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { JourneyDetail } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorAlert } from "@/shared/components/error-alert";
import styles from "./dry-run.module.css";
import { DryRunForm } from "./dry-run-form";
import { DryRunOutcome } from "./dry-run-outcome";
import { toRequest } from "./dry-run-script";
import { at } from "./use-journeys";

/** Plays the draft for sample people; nothing is stored or sent. */
export function DryRunTab({ journey }: { journey: JourneyDetail }) {
  const { t } = useTranslation();
  const play = $api.useMutation("post", "/api/journeys/{journey_id}/dry-run");
  return (
    <div className={styles.page}>
      <DryRunForm
        draft={journey.draft}
        running={play.isPending}
        onRun={(values) => play.mutate({ ...at(journey.id), body: toRequest(values, journey.draft) })}
      />
      <div className={styles.outcome}>
        {play.error && <ErrorAlert error={play.error} />}
        {play.data && (
          <DryRunOutcome result={play.data} draft={play.variables?.body.draft ?? journey.draft} />
        )}
        {!play.data && !play.error && (
          <EmptyState
            icon={<ExperimentOutlined />}
            title={t("dryRun.empty.title")}
            text={t("dryRun.empty.text")}
          />
        )}
      </div>
    </div>
  );
}
