import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Lead, LeadStage } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { ClockChip, OwnerName } from "./lead-parts";
import styles from "./leads.module.css";
import { type LeadFilter, useLeadColumn } from "./use-leads";

const columns: { key: string; stages: LeadStage[] }[] = [
  { key: "lead", stages: ["lead"] },
  { key: "mql", stages: ["mql"] },
  { key: "accepted", stages: ["accepted"] },
  { key: "sql", stages: ["sql"] },
  { key: "opportunity", stages: ["opportunity"] },
  { key: "closed", stages: ["won", "lost"] },
];

function LeadCard({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link to={`/leads/${lead.id}`} className={styles.boardCard} data-late={lead.late}>
        <span className={styles.cardHead}>
          <strong>{lead.name ?? t("common.unknownName")}</strong>
          <span className="tabular">{lead.score}</span>
        </span>
        {lead.company && <span className={styles.faint}>{lead.company}</span>}
        <span className={styles.faint}>{lead.source ?? t("leads.noSource")}</span>
        <span className={styles.cardFoot}>
          <span>{lead.closed_at ? t(`leads.stage.${lead.stage}`) : <ClockChip lead={lead} />}</span>
          <span>
            <OwnerName lead={lead} />
          </span>
        </span>
      </Link>
    </li>
  );
}

function BoardColumn({ column, filters }: { column: (typeof columns)[number]; filters: Filters }) {
  const { t } = useTranslation();
  const { data } = useLeadColumn(filters, column.stages);
  const title = t(`leads.column.${column.key as "lead"}`);
  return (
    <section className={styles.boardColumn} aria-label={title}>
      <h2>
        {title} <span className="tabular">{data ? formatNumber(data.total) : ""}</span>
      </h2>
      {!data && <Skeleton active title={false} />}
      <ul>
        {data?.items.map((lead) => (
          <LeadCard key={lead.id} lead={lead} />
        ))}
      </ul>
      {data && data.total > data.items.length && (
        <Link to={`/leads?stage=${column.stages.join(",")}`}>{t("leads.all")}</Link>
      )}
    </section>
  );
}

type Filters = Record<LeadFilter, string>;

/** Leads by how far they are; each column shows the newest. */
export function LeadBoard({ filters }: { filters: Filters }) {
  return (
    <div className={styles.board}>
      {columns.map((column) => (
        <BoardColumn key={column.key} column={column} filters={filters} />
      ))}
    </div>
  );
}
