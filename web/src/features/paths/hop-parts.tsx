import { Button, Card, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HopReport, RatePart } from "@/api/types";
import { TabBar } from "@/shared/components/tab-bar";
import { durationText } from "./duration";
import { HopPersons } from "./hop-persons";
import styles from "./paths.module.css";
import { RateText } from "./rate-text";

type By = "sources" | "owners" | "cohorts";
const views: By[] = ["sources", "owners", "cohorts"];

interface Props {
  pathId: number;
  name: string;
  hop: HopReport;
  period: { first: string; last: string };
}

/** One hop by source, by member and by week of entry, its times, and the people behind the figures. */
export function HopParts({ pathId, name, hop, period }: Props) {
  const { t } = useTranslation();
  const [by, setBy] = useState<By>("sources");
  const [shown, setShown] = useState<{ state?: string; staff?: string } | null>(null);
  const labelOf = (part: RatePart) => {
    if (by === "cohorts") return t("paths.weekOf", { day: part.key });
    return part.name ?? (part.key || t("paths.unknown"));
  };
  const columns = [
    { key: "name", title: t(`paths.by.${by}`), render: (_: unknown, part: RatePart) => labelOf(part) },
    {
      key: "rate",
      title: t("paths.rate"),
      render: (_: unknown, part: RatePart) => <RateText rate={part.rate} />,
    },
    {
      key: "people",
      title: "",
      width: 100,
      render: (_: unknown, part: RatePart) =>
        by !== "cohorts" && (
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
    </span>
  );
}
