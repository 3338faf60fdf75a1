import { Alert, Button, Card, Descriptions, Skeleton, Space, Statistic } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Failure, MomentPost } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import { useErrorWord } from "@/shared/hooks/use-error-word";
import { useStaffName } from "@/shared/hooks/use-staff-name";
import { MemberRows } from "./member-rows";
import { MomentActs } from "./moment-acts";
import { CheckCard, Fixes } from "./moment-check";
import { MomentFormDrawer } from "./moment-form-drawer";
import { MomentPreview } from "./moment-preview";
import { MomentState } from "./moment-state";
import { attachmentsOf, toValues } from "./moment-values";
import styles from "./moments.module.css";
import { useMoment } from "./use-moments";

function Figures({ post }: { post: MomentPost }) {
  const { t } = useTranslation();
  const { published, asked, members, visible, likes, comments, per_thousand } = post;
  const known = (value: number) => (published > 0 ? formatNumber(value) : "—");
  const shown = [
    ["published", `${formatNumber(published)} / ${formatNumber(asked || members.length)}`],
    ["visible", known(visible)],
    ["likes", known(likes)],
    ["comments", known(comments)],
    ["per_thousand", per_thousand === null ? t("common.fewSamples") : formatNumber(per_thousand)],
  ] as const;
  return (
    <Card className={styles.card} title={t("moments.result")}>
      <div className={styles.figures}>
        {shown.map(([key, value]) => (
          <Statistic key={key} title={t(`moments.figure.${key}`)} value={value} />
        ))}
      </div>
      <p className={styles.source}>{t("moments.source")}</p>
    </Card>
  );
}

function Facts({ post }: { post: MomentPost }) {
  const { t } = useTranslation();
  const staffName = useStaffName();
  const { kind, account_name, members, tag_names, planned_at, created_by, planned_by, asked_at } = post;
  const list = (words: string[]) => words.join(t("common.listSeparator"));
  const items = [
    { key: "kind", label: t("moments.column.kind"), children: t(`moments.kind.${kind}`) },
    { key: "account", label: t("moments.column.account"), children: account_name },
    { key: "members", label: t("moments.form.members"), children: list(members.map(staffName)) },
    {
      key: "tags",
      label: t("moments.form.tags"),
      children: tag_names.length > 0 ? list(tag_names) : t("moments.form.allCustomers"),
    },
    {
      key: "planned",
      label: t("moments.form.planned"),
      children: planned_at ? <Moment at={planned_at} /> : t("moments.atOnce"),
    },
    {
      key: "asked",
      label: t("moments.askedAt"),
      children: asked_at ? <Moment at={asked_at} /> : t("common.notYet"),
    },
    { key: "by", label: t("moments.by"), children: created_by ?? t("common.none") },
    { key: "planner", label: t("moments.plannedBy"), children: planned_by ?? t("common.notYet") },
  ];
  return (
    <Card className={styles.card}>
      <Descriptions column={{ xs: 1, md: 2 }} items={items} size="small" />
    </Card>
  );
}

/** A post whose members could not all publish it at its time is two. */
function PartNote({ id, text }: { id: number | null; text: string }) {
  const { t } = useTranslation();
  if (id === null) return null;
  const open = <Link to={`/moments/${id}`}>{t("moments.part.open")}</Link>;
  return <Alert className={styles.note} type="info" showIcon title={text} action={open} />;
}

function Notes({ post }: { post: MomentPost }) {
  const { t } = useTranslation();
  const errorWord = useErrorWord();
  const why = post.gates.map(errorWord).join(t("common.reasonSeparator"));
  return (
    <>
      <PartNote id={post.part_of} text={t("moments.part.of")} />
      <PartNote id={post.rest} text={t("moments.part.rest")} />
      {post.due && why && (
        <Alert
          className={styles.note}
          type="warning"
          showIcon
          title={t("moments.heldNote", { why })}
          description={
            <>
              <Fixes gates={post.gates} />
              {t("moments.heldUntil")} <Moment at={post.due} />
            </>
          }
        />
      )}
      {post.failure && (
        <Alert
          className={styles.note}
          type={post.state === "uncertain" ? "warning" : "error"}
          showIcon
          title={t(post.state === "uncertain" ? "moments.uncertainNote" : "moments.failedNote")}
          description={<FailureText failure={post.failure as unknown as Failure} />}
        />
      )}
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const query = useMoment(id);
  const mayWrite = useMayWrite();
  const navigate = useNavigate();
  const staffName = useStaffName();
  const [writing, setWriting] = useState<"edit" | "copy" | null>(null);
  if (query.error && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} fullPage />;
  if (!query.data) return <Skeleton active paragraph={{ rows: 10 }} />;
  const post = query.data;
  const write = post.state === "draft" ? "edit" : "copy";
  return (
    <>
      <PageHead
        title={t("moments.one", { kind: t(`moments.kind.${post.kind}`) })}
        extra={
          <Space wrap>
            <MomentState post={post} />
            {mayWrite && (
              <Button onClick={() => setWriting(write)}>
                {t(write === "edit" ? "common.action.edit" : "moments.copy")}
              </Button>
            )}
            {mayWrite && <MomentActs post={post} />}
          </Space>
        }
      />
      <Notes post={post} />
      <div className={styles.columns}>
        <div>
          {post.state === "draft" && <CheckCard id={id} />}
          {post.asked_at && <Figures post={post} />}
          <Facts post={post} />
        </div>
        <MomentPreview
          staffName={staffName(post.members[0])}
          text={post.text}
          attachments={attachmentsOf(toValues(post))}
        />
      </div>
      {post.asked_at && <MemberRows id={id} />}
      {writing && (
        <MomentFormDrawer
          post={post}
          copy={writing === "copy"}
          onSaved={(made) => void navigate(`/moments/${made}`)}
          onClose={() => setWriting(null)}
        />
      )}
    </>
  );
}
