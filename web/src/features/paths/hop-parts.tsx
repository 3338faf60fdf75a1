import { Button, Card, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HopReport, RatePart } from "@/api/types";
import { RateText } from "@/shared/components/path-strip/rate-text";
import { TabBar } from "@/shared/components/tab-bar";
import { durationText } from "@/shared/format/duration";
import { useMoney } from "@/shared/hooks/use-money";
import { HopPersons } from "./hop-persons";
import styles from "./paths.module.css";

type By = "sources" | "campaigns" | "articles" | "owners" | "cohorts";
const views: By[] = ["sources", "campaigns", "articles", "owners", "cohorts"];
const nowhere = "0";

interface Props {
  pathId: number;
  name: string;
  hop: HopReport;
  period: { first: string; last: string };
}

/** One hop by source, campaign, article, member and week of entry, its times, and the people behind the figures. */
export function HopParts({ pathId, name, hop, period }: Props) {
  const { t } = useTranslation();
  const money = useMoney();
  const [by, setBy] = useState<By>("sources");
  const [shown, setShown] = useState<{ state?: string; staff?: string } | null>(null);
  const labelOf = (part: RatePart) => {
    if (by === "cohorts") return t("paths.weekOf", { day: part.key });
    if (by === "campaigns" && part.key === nowhere) return t("campaigns.everyday");
    if (by === "articles" && part.key === nowhere) return t("paths.noArticle");
    return part.name ?? (part.key || t("paths.unknown"));
  };
  const columns = [
    { key: "name", title: t(`paths.by.${by}`), render: (_: unknown, part: RatePart) => labelOf(part) },
    {
      key: "rate",
      title: t("paths.rate"),
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
    {
      key: "people",
      title: "",
      width: 100,
      render: (_: unknown, part: RatePart) =>
        (by === "sources" || by === "owners") && (
          <Button
            type="link"
            size="small"
            onClick={() => setShown(by === "sources" ? { state: part.key } : { staff: part.key })}
          >
            {t("paths.people")}
          </Button>
        ),
    },
  ];
  return (
    <Card size="small" className={styles.card} title={name}>
      <div className={styles.times}>
        <Times hop={hop} />
        <Button size="small" onClick={() => setShown({})}>
          {t("paths.people")}
        </Button>
      </div>
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
        dataSource={hop[by]}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: t("paths.nobody") }}
      />
      {shown && (
        <HopPersons
          pathId={pathId}
          hop={hop.key}
          title={name}
          query={{ ...period, ...shown }}
          onClose={() => setShown(null)}
        />
      )}
    </Card>
  );
}

function Times({ hop }: { hop: HopReport }) {
  const { t } = useTranslation();
  if (hop.median === null || hop.p90 === null)
    return <span className={styles.faint}>{t("paths.noTimes")}</span>;
  return (
    <span>
      {t("paths.times", { median: durationText(t, hop.median), p90: durationText(t, hop.p90) })}
      <span className={styles.faint}> · {t("paths.timesHint")}</span>
      {hop.sla !== null && (
        <Tag className={styles.tag} color={hop.p90 > hop.sla ? "warning" : "success"}>
          {t(hop.p90 > hop.sla ? "paths.slower" : "paths.inTime", { time: durationText(t, hop.sla) })}
        </Tag>
      )}
    </span>
  );
}
