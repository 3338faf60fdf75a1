import { Alert, Button, Card, Descriptions, Skeleton, Space, Statistic } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Broadcast, BroadcastInput } from "@/api/types";
import { WelcomePreview } from "@/shared/components/contact-way/welcome-preview";
import { DownloadButton } from "@/shared/components/download-button";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import { BroadcastActs } from "./broadcast-acts";
import { BroadcastFormDrawer } from "./broadcast-form-drawer";
import { BroadcastState } from "./broadcast-state";
import { toValues } from "./broadcast-values";
import styles from "./broadcasts.module.css";
import { CheckCard } from "./check-card";
import { MemberTasks } from "./member-tasks";
import { QuotaMeter } from "./quota-meter";
import { Reasons } from "./reasons";
import { Recipients } from "./recipients";
import { TestForm } from "./test-form";
import { useAccountTags } from "./use-account-tags";
import { steps, useBroadcast } from "./use-broadcasts";

const notBegun: Broadcast["state"][] = ["draft", "pending"];

/** What is known of a job that the platform gave no figures of. */
function stateOf({ state, told, waits_until }: Broadcast["jobs"][number], isDone: boolean) {
  if (told) return `ended.${told}` as const;
  if (waits_until) return "waiting";
  return isDone && state === "handed_in" ? "ended.untold" : state;
}

/** How far it is: recipients by step, or what the platform tells of its jobs. */
function Progress({ broadcast: { counts, jobs, kind, state } }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  return (
    <Card title={t("broadcasts.progress")} className={styles.card}>
      <div className={styles.figures}>
        {steps
          .filter((step) => counts[step])
          .map((step) => (
            <Statistic
              key={step}
              title={t(`broadcasts.step.${step}`)}
              value={formatNumber(counts[step] ?? 0)}
            />
          ))}
      </div>
      {jobs.length === 0 && Object.keys(counts).length === 0 && t("broadcasts.recipient.none")}
      {jobs.map((job) => (
        <div key={job.n} className={styles.note}>
          {job.total === null
            ? t(`broadcasts.job.${stateOf(job, state === "done")}`)
            : t("broadcasts.job.told", {
                total: formatNumber(job.total),
                chosen: formatNumber(job.chosen ?? 0),
                sent: formatNumber(job.sent ?? 0),
                failed: formatNumber(job.failed ?? 0),
              })}
          {job.waits_until && (
            <div>
              <Reasons of={job} />
            </div>
          )}
        </div>
      ))}
      {kind === "account_mass" && <small>{t("broadcasts.job.source")}</small>}
    </Card>
  );
}

function TagName({ account, tag }: { account: number; tag: number | undefined }) {
  const { t } = useTranslation();
  const { tags } = useAccountTags(account);
  const name = tags.find(({ number }) => number === tag)?.name ?? tag;
  return `${t("broadcasts.audience.name.tag")} · ${name}`;
}

/** To whom it goes: a segment or a tag by its name. */
function Audience({ broadcast: { account_id, audience, segment_name } }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  const { kind, segment_id, tag_id, persons } = audience as {
    kind: BroadcastInput["audience"]["kind"];
    segment_id?: number;
    tag_id?: number;
    persons?: string[];
  };
  if (kind === "segment")
    return <Link to={`/segments/${segment_id}`}>{segment_name ?? t("common.none")}</Link>;
  if (kind === "tag") return <TagName account={account_id} tag={tag_id} />;
  const name = t(`broadcasts.audience.name.${kind}`);
  return persons ? `${name} · ${t("broadcasts.list.count", { n: formatNumber(persons.length) })}` : name;
}

function Facts({ broadcast }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  const { account_name, start_at, created_by, confirmed_by, approved_by, holdout, per_minute, kind } =
    broadcast;
  const { campaign_id, campaign_name, needs_approval } = broadcast;
  const items = [
    { key: "kind", label: t("broadcasts.column.kind"), children: t(`broadcasts.kind.${kind}.name`) },
    { key: "account", label: t("broadcasts.column.account"), children: account_name },
    { key: "audience", label: t("broadcasts.form.audience"), children: <Audience broadcast={broadcast} /> },
    {
      key: "campaign",
      label: t("campaigns.one"),
      children: campaign_id ? (
        <Link to={`/campaigns/${campaign_id}`}>{campaign_name ?? t("common.none")}</Link>
      ) : (
        t("campaigns.everyday")
      ),
    },
    {
      key: "start",
      label: t("broadcasts.form.start"),
      children: start_at ? <Moment at={start_at} /> : t("broadcasts.atOnce"),
    },
    { key: "holdout", label: t("broadcasts.form.holdout"), children: `${holdout}%` },
    {
      key: "rate",
      label: t("broadcasts.form.perMinute"),
      children: per_minute ? formatNumber(per_minute) : t("broadcasts.form.unlimited"),
    },
    { key: "by", label: t("broadcasts.by"), children: created_by ?? t("common.none") },
    { key: "confirmed", label: t("broadcasts.confirmedBy"), children: confirmed_by ?? t("common.notYet") },
    {
      key: "approved",
      label: t("broadcasts.approvedBy"),
      children: approved_by ?? t(needs_approval ? "common.notYet" : "common.none"),
    },
  ];
  return (
    <Card className={styles.card}>
      <Descriptions column={{ xs: 1, md: 2 }} items={items} size="small" />
    </Card>
  );
}

function Export({ broadcast: { id, removed_at } }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  if (removed_at) return null;
  return (
    <DownloadButton
      address={`/api/broadcasts/${id}/recipients.csv`}
      fileName={`broadcast-${id}.csv`}
      label={t("broadcasts.export")}
    />
  );
}

export function Page() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const query = useBroadcast(id);
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState(false);
  if (query.error && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} fullPage />;
  if (!query.data) return <Skeleton active paragraph={{ rows: 10 }} />;
  const broadcast = query.data;
  const draft = notBegun.includes(broadcast.state);
  const { text, link, files = [] } = toValues(broadcast);
  return (
    <>
      <PageHead
        title={broadcast.name}
        extra={
          <Space wrap>
            <BroadcastState broadcast={broadcast} />
            {mayWrite && draft && <Button onClick={() => setEditing(true)}>{t("common.action.edit")}</Button>}
            {mayWrite && !draft && <Export broadcast={broadcast} />}
            {mayWrite && <BroadcastActs broadcast={broadcast} />}
          </Space>
        }
      />
      {broadcast.state === "pending" && (
        <Alert className={styles.note} type="warning" showIcon title={t("broadcasts.pendingNote")} />
      )}
      {broadcast.failure && (
        <Alert
          className={styles.note}
          type="error"
          showIcon
          title={t("broadcasts.failedNote")}
          description={String((broadcast.failure.params as { reason?: string } | undefined)?.reason ?? "")}
        />
      )}
      <div className={styles.columns}>
        <div>
          {draft ? <CheckCard broadcast={broadcast} /> : <Progress broadcast={broadcast} />}
          {mayWrite && draft && <TestForm broadcast={broadcast} />}
          <QuotaMeter broadcast={broadcast} />
          <Facts broadcast={broadcast} />
        </div>
        <WelcomePreview
          inChat
          fromAccount={broadcast.kind !== "mass_task"}
          staffName={broadcast.account_name}
          welcome={{
            text,
            attachments: [...files, ...(link?.url ? [{ type: "link" as const, ...link }] : [])],
          }}
        />
      </div>
      {!draft && broadcast.kind === "mass_task" && (
        <MemberTasks id={id} sending={broadcast.state === "sending"} />
      )}
      {!draft && Object.keys(broadcast.counts).length > 0 && <Recipients broadcast={broadcast} />}
      {editing && <BroadcastFormDrawer broadcast={broadcast} onClose={() => setEditing(false)} />}
    </>
  );
}
