import { ArrowLeftOutlined, EditOutlined, InboxOutlined } from "@ant-design/icons";
import { Alert, App, Button, Skeleton, Space, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useMayWrite } from "@/api/session";
import type { CampaignDetail } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { formatNumber } from "@/shared/format/format";
import { useMoney } from "@/shared/hooks/use-money";
import { useTitle } from "@/shared/hooks/use-title";
import { ArticleTable } from "./article-table";
import { CampaignFormDrawer } from "./campaign-form-drawer";
import styles from "./campaigns.module.css";
import { Days } from "./campaigns-page";
import { CodeTable } from "./code-table";
import { CostTable } from "./cost-table";
import { useCampaign, useUpdateCampaign } from "./use-campaigns";

function Figures({ campaign }: { campaign: CampaignDetail }) {
  const { t } = useTranslation();
  const money = useMoney();
  const { persons, qualified, sql, cost } = campaign;
  const each = (count: number) =>
    cost > 0 && count > 0 ? money(Math.round(cost / count)) : t("common.none");
  const figures = [
    { key: "qualified", value: formatNumber(qualified) },
    { key: "sql", value: formatNumber(sql) },
    { key: "persons", value: formatNumber(persons) },
    { key: "cost", value: money(cost) },
    { key: "perPerson", value: each(persons) },
    { key: "perSql", value: each(sql) },
  ] as const;
  return (
    <dl className={styles.figures}>
      {figures.map(({ key, value }) => (
        <div key={key}>
          <dt>{t(`campaigns.column.${key}`)}</dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({ campaign, onEdit }: { campaign: CampaignDetail; onEdit(): void }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const update = useUpdateCampaign();
  const archive = async (archived: boolean) => {
    await update.mutateAsync({ params: { path: { campaign_id: campaign.id } }, body: { archived } });
    message.success(t(archived ? "campaigns.archive.done" : "campaigns.archive.undone"));
  };
  const ask = () =>
    modal.confirm({
      title: t("campaigns.archive.title", { name: campaign.name }),
      content: t("campaigns.archive.text"),
      okText: t("campaigns.archive.action"),
      cancelText: t("common.action.cancel"),
      onOk: () => archive(true),
    });
  return (
    <Space>
      {campaign.archived ? (
        <Button onClick={() => void archive(false)}>{t("campaigns.archive.undo")}</Button>
      ) : (
        <Button icon={<InboxOutlined />} onClick={ask}>
          {t("campaigns.archive.action")}
        </Button>
      )}
      <Button icon={<EditOutlined />} onClick={onEdit}>
        {t("common.action.edit")}
      </Button>
    </Space>
  );
}

function Content({ campaign }: { campaign: CampaignDetail }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState(false);
  useTitle(campaign.name);
  return (
    <>
      <header className={`card ${styles.head}`}>
        <div className={styles.title}>
          <h1>{campaign.name}</h1>
          {mayWrite && <Actions campaign={campaign} onEdit={() => setEditing(true)} />}
        </div>
        <p className={styles.facts}>
          <Tag>{t(`campaigns.kind.${campaign.kind}`)}</Tag>
          <Days campaign={campaign} />
          {campaign.video_channel && <Tag>{t("campaigns.at", { name: campaign.video_channel })}</Tag>}
          {campaign.goal && <span>{t("campaigns.goal", { goal: campaign.goal })}</span>}
        </p>
        <Figures campaign={campaign} />
      </header>
      {campaign.archived && (
        <Alert type="info" showIcon className={styles.notice} title={t("campaigns.archive.state")} />
      )}
      <CodeTable codes={campaign.code_list} />
      <ArticleTable articles={campaign.articles} />
      <CostTable campaign={campaign} />
      {editing && <CampaignFormDrawer campaign={campaign} onClose={() => setEditing(false)} />}
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useCampaign(Number(id) || 0);
  return (
    <>
      <Link to="/campaigns" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("campaigns.title")}
      </Link>
      {query.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Content campaign={query.data} />}
    </>
  );
}
