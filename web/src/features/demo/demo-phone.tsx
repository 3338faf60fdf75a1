import { CloseOutlined } from "@ant-design/icons";
import { Alert, Button, Segmented, Steps } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Lead } from "@/api/types";
import { ErrorAlert } from "@/shared/components/error-alert";
import { formatShort } from "@/shared/format/format";
import { useNow } from "@/shared/hooks/use-now";
import styles from "./demo.module.css";
import { useLeadOf, useStranger, type Walk } from "./use-demo";

type Whose = "stranger" | "staff";

function stepOf(walk: Partial<Walk>, hasLead: boolean): number {
  if (hasLead) return 3;
  if (walk.outcome) return 2;
  return walk.article ? 1 : 0;
}

function LeadLink({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <>
      <Link to={`/leads/${lead.id}`}>{t("demo.step.leadText")}</Link>
      {lead.waiting_until &&
        ` · ${t("demo.step.offShift", { time: formatShort(new Date(lead.waiting_until), now) })}`}
    </>
  );
}

function Walked({ walk, lead }: { walk: Partial<Walk>; lead: Lead | undefined }) {
  const { t } = useTranslation();
  const said = [
    walk.article,
    walk.outcome && t("demo.step.addedText", { staff: walk.staff }),
    lead && <LeadLink lead={lead} />,
  ];
  return (
    <Steps
      orientation="vertical"
      size="small"
      current={stepOf(walk, lead !== undefined)}
      items={(["read", "added", "lead"] as const).map((key, index) => ({
        key,
        title: t(`demo.step.${key}`),
        content: said[index],
      }))}
    />
  );
}

/** A phone beside the page: somebody new reads, scans, adds a member, and becomes a lead on the pages at its left. */
export function DemoPhone({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const [walk, setWalk] = useState<Partial<Walk>>({});
  const [whose, setWhose] = useState<Whose>("stranger");
  const stranger = useStranger(useCallback((step) => setWalk((before) => ({ ...before, ...step })), []));
  const lead = useLeadOf(walk.outcome ? walk.name : undefined);
  const again = useCallback(() => {
    setWalk({});
    setWhose("stranger");
    stranger.mutate();
  }, [stranger.mutate]);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    again();
  }, [again]);
  const shown = whose === "staff" ? walk.staffPhone : walk.phone;
  return (
    <aside className={styles.phone} aria-label={t("demo.phone")}>
      <div className={styles.phoneHead}>
        <strong>{walk.name ? t("demo.who", { name: walk.name }) : t("demo.phone")}</strong>
        <Button type="text" icon={<CloseOutlined />} aria-label={t("demo.close")} onClick={onClose} />
      </div>
      {stranger.error && <ErrorAlert error={stranger.error} />}
      {walk.outcome === "nobody_available" && <Alert type="warning" title={t("demo.nobody")} />}
      <Walked walk={walk} lead={lead} />
      <Segmented<Whose>
        block
        value={whose}
        onChange={setWhose}
        options={[
          { value: "stranger", label: t("demo.strangerPhone") },
          { value: "staff", label: t("demo.staffPhone"), disabled: !walk.staffPhone },
        ]}
      />
      {shown && <iframe key={shown} src={shown} title={t("demo.phone")} className={styles.frame} />}
      <Button onClick={again} loading={stranger.isPending}>
        {t("demo.again")}
      </Button>
    </aside>
  );
}
