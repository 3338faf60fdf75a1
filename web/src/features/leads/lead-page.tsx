import { ArrowLeftOutlined } from "@ant-design/icons";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { LeadDetail } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { Monogram } from "@/shared/components/monogram";
import { Timeline } from "@/shared/components/timeline/timeline";
import { durationText } from "@/shared/format/duration";
import { formatNumber } from "@/shared/format/format";
import { useTitle } from "@/shared/hooks/use-title";
import { LeadActs } from "./lead-acts";
import { ClockChip, OwnerName, StageTag } from "./lead-parts";
import styles from "./leads.module.css";
import { Notes } from "./notes";
import { Qualification } from "./qualification";
import { RefusedProofs } from "./refused-proofs";
import { ScoreCard } from "./score-card";
import { useLead } from "./use-leads";

function Contacted({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  if (!lead.contacted_at) return t("leads.notYet");
  return (
    <>
      <Moment at={lead.contacted_at} />
      <span className={styles.faint}>
        {lead.contact_seconds !== null && (
          <> · {t("leads.contactTook", { time: durationText(t, lead.contact_seconds) })}</>
        )}
        {lead.evidence && <> · {t(`leads.evidence.${lead.evidence as "marked"}`)}</>}
        {lead.contacted_by_name !== null && lead.contacted_by_name !== lead.staff_name && (
          <> · {t("leads.contactedBy", { name: lead.contacted_by_name })}</>
        )}
      </span>
    </>
  );
}

function Facts({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  const facts = [
    { key: "owner", value: <OwnerName lead={lead} /> },
    { key: "clock", value: lead.closed_at ? t("common.none") : <ClockChip lead={lead} /> },
    { key: "source", value: lead.source ?? t("leads.noSource") },
    { key: "campaign", value: <CampaignLink id={lead.campaign_id} /> },
    { key: "created", value: <Moment at={lead.created_at} /> },
    { key: "contacted", value: <Contacted lead={lead} /> },
    { key: "phone", value: lead.phones.join(t("common.listSeparator")) || t("common.none") },
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(({ key, value }) => (
        <div key={key}>
          <dt>{t(`leads.field.${key}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Head({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  const name = lead.name ?? t("common.unknownName");
  useTitle(name);
  return (
    <header className={`card ${styles.head}`}>
      <div className={styles.title}>
        <Monogram name={name} url={lead.avatar_url} size={52} />
        <div className={styles.who}>
          <h1>
            <span>{name}</span>
            <StageTag stage={lead.stage} />
            {lead.reason && <span className={styles.faint}>{t(`leads.reason.${lead.reason}`)}</span>}
            {lead.amount !== null && <span className="tabular">¥{formatNumber(lead.amount)}</span>}
          </h1>
          <p className={styles.faint}>
            {lead.company ?? t("leads.noCompany")}
            {" · "}
            <Link to={`/persons/${lead.person_id}`}>{t("leads.toPerson")}</Link>
          </p>
        </div>
        <LeadActs lead={lead} />
      </div>
      <Facts lead={lead} />
    </header>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useLead(Number(id) || 0);
  const lead = query.data;
  return (
    <>
      <Link to="/leads" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("leads.title")}
      </Link>
      {query.isPending && <Skeleton active avatar paragraph={{ rows: 8 }} />}
      {query.error && !lead && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {lead && (
        <>
          <Head lead={lead} />
          <div className={styles.columns}>
            <div className={styles.side}>
              <Qualification key={lead.id} lead={lead} />
              <ScoreCard lead={lead} />
              <Notes lead={lead} />
              <RefusedProofs lead={lead} />
            </div>
            <Timeline personId={lead.person_id} />
          </div>
        </>
      )}
    </>
  );
}
