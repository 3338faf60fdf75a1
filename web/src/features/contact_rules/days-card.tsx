import { BarChartOutlined } from "@ant-design/icons";
import { Segmented, Skeleton, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { MessageDay } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { ScrollFrame } from "@/shared/components/scroll-frame";
import { formatNumber } from "@/shared/format/format";
import styles from "./contact-rules.module.css";
import { type ClassName, classes } from "./use-rule-text";

interface Day {
  day: string;
  sent: number;
  deferred: number;
  refused: number;
  /** By gate, what was refused and put off. */
  why: { outcome: "refused" | "deferred"; gate: string; count: number }[];
}

/** A row for each day on which something happened, the newest first. */
function fold(rows: MessageDay[], name: ClassName): Day[] {
  const days = new Map<string, Day>();
  for (const { day, message_class, outcome, gate, count } of rows) {
    if (message_class !== name) continue;
    const found = days.get(day) ?? { day, sent: 0, deferred: 0, refused: 0, why: [] };
    days.set(day, found);
    if (outcome === "failed" || outcome === "uncertain") continue;
    found[outcome] += count;
    if (outcome !== "sent") found.why.push({ outcome, gate, count });
  }
  return [...days.values()];
}

function Why({ day }: { day: Day }) {
  const { t, i18n } = useTranslation();
  const nameOf = (gate: string) =>
    i18n.exists(`error.${gate}.title`) ? t(`error.${gate as "opted_out"}.title`) : gate;
  return (
    <ul className={styles.why}>
      {day.why.map(({ outcome, gate, count }) => (
        <li key={`${outcome} ${gate}`}>
          {t(`contactRules.days.${outcome}`)} · {nameOf(gate)}{" "}
          <strong className="tabular">{formatNumber(count)}</strong>
        </li>
      ))}
    </ul>
  );
}

/** What became of the messages of a class, day by day. */
export function DaysCard() {
  const { t } = useTranslation();
  const [name, setName] = useState<ClassName>("marketing");
  const query = $api.useQuery("get", "/api/message-days");
  const title = t("contactRules.days.title");
  const figure = (key: "sent" | "deferred" | "refused") => ({
    key,
    title: t(`contactRules.days.${key}`),
    align: "right" as const,
    render: (_: unknown, day: Day) => <span className="tabular">{formatNumber(day[key])}</span>,
  });
  const days = query.data ? fold(query.data, name) : [];
  return (
    <div className={styles.cards}>
      <section className="card" aria-labelledby="days-title">
        <h2 id="days-title" className={styles.title}>
          {title}
        </h2>
        <p className={styles.lead}>{t("contactRules.days.text")}</p>
        <Segmented<ClassName>
          className={styles.pick}
          value={name}
          onChange={setName}
          options={classes.map((value) => ({ value, label: t(`contactRules.class.${value}.name`) }))}
        />
        {query.isPending && <Skeleton active />}
        {query.error && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.data && days.length === 0 && (
          <EmptyState icon={<BarChartOutlined />} title={t("contactRules.days.empty")} />
        )}
        {days.length > 0 && (
          <ScrollFrame className={styles.scroll} label={title}>
            <Table<Day>
              size="small"
              rowKey="day"
              dataSource={days}
              pagination={false}
              columns={[
                {
                  key: "day",
                  title: t("contactRules.days.day"),
                  render: (_, { day }) => <span className="tabular">{day}</span>,
                },
                figure("sent"),
                figure("deferred"),
                figure("refused"),
                { key: "why", title: t("contactRules.held.why"), render: (_, day) => <Why day={day} /> },
              ]}
            />
          </ScrollFrame>
        )}
      </section>
    </div>
  );
}
