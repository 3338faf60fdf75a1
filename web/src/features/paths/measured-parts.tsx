import { Card, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Measured, RatePart } from "@/api/types";
import { RateText } from "@/shared/components/path-strip/rate-text";
import { TabBar } from "@/shared/components/tab-bar";
import { useMoney } from "@/shared/hooks/use-money";
import styles from "./paths.module.css";

type By = "articles" | "campaigns" | "mechanisms";
const views: By[] = ["articles", "mechanisms", "campaigns"];
const withoutCampaign = "0";
const withoutCode = "no_code";

/** What a part's key stands for, with the way to its page. */
function PartName({ by, part }: { by: By; part: RatePart }) {
  const { t } = useTranslation();
  if (by === "articles") return <Link to={`/articles/${part.key}`}>{part.name}</Link>;
  if (by === "campaigns") {
    if (part.key === withoutCampaign) return t("campaigns.everyday");
    return <Link to={`/campaigns/${part.key}`}>{part.name}</Link>;
  }
  if (part.key === withoutCode) return t("articles.noCode");
  return t(`campaigns.mechanism.${(part.key || "none") as "none"}`);
}

/** A hop from official reads: which articles, offers and campaigns make friends of their readers. */
export function MeasuredParts({ name, measured }: { name: string; measured: Measured }) {
  const { t } = useTranslation();
  const money = useMoney();
  const [by, setBy] = useState<By>("articles");
  const columns = [
    {
      key: "name",
      title: t(`paths.by.${by}`),
      render: (_: unknown, part: RatePart) => <PartName by={by} part={part} />,
    },
    {
      key: "rate",
      title: t("paths.friendsOfReads"),
      render: (_: unknown, part: RatePart) => <RateText rate={part.rate} />,
    },
    ...(by === "campaigns"
      ? [
          {
            key: "cost",
            title: t("paths.costEach"),
            align: "right" as const,
            render: (_: unknown, { cost, rate }: RatePart) =>
              cost && rate.passed ? money(Math.round(cost / rate.passed)) : t("common.none"),
          },
        ]
      : []),
  ];
  return (
    <Card
      size="small"
      className={styles.card}
      title={
        <>
          {name} <Tag className={styles.tag}>{t("paths.official")}</Tag>
        </>
      }
    >
      <p className={styles.faint}>{t("paths.officialHint")}</p>
      <TabBar<By>
        label={t("paths.compare")}
        tabs={views.map((key) => ({ key, label: t(`paths.by.${key}`) }))}
        active={by}
        onChange={setBy}
      />
      <Table
        size="small"
        rowKey="key"
        columns={columns}
        dataSource={measured[by]}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: t("paths.nobody") }}
      />
    </Card>
  );
}
