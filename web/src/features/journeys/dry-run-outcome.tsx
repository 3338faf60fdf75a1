import { Alert, Card, Statistic, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { DryPerson, DryRunResult } from "@/api/types";
import { formatMoment, formatNumber } from "@/shared/format/format";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { Canvas } from "./canvas";
import { toDraft } from "./draft";
import styles from "./dry-run.module.css";
import { DryRunPerson, type NameOf, useEnd } from "./dry-run-person";
import { NodeList } from "./node-list";
import { useOutcomeWord, useResultWord } from "./run-words";
import { useViewParts } from "./use-editor";
import { useWords } from "./use-words";

function Totals({ result }: { result: DryRunResult }) {
  const { t } = useTranslation();
  const outcomeWord = useOutcomeWord();
  const shown = [
    [t("dryRun.result.people"), result.people.length],
    [t("dryRun.result.entered"), result.entered],
    [t("dryRun.result.goal"), result.goal],
    [t("dryRun.result.sends"), result.sends],
    [t("dryRun.result.delayed"), result.delayed],
    [t("dryRun.result.stopped"), result.refused],
    [t("dryRun.result.parked"), result.parked],
    ...Object.entries(result.ended).map(([outcome, n]) => [outcomeWord(outcome), n] as const),
  ] as const;
  return (
    <div className={styles.totals}>
      {shown.map(([title, value]) => (
        <Statistic key={title} title={title} value={value} />
      ))}
    </div>
  );
}

function Nodes({ result, draft }: { result: DryRunResult; draft: Record<string, unknown> }) {
  const { t } = useTranslation();
  const { entered, goal, ended, nodes } = result;
  const Steps = useMediaQuery(narrow) ? NodeList : Canvas;
  const parts = useViewParts(toDraft(draft), { number: 0, entered, goal, ended, nodes }, []);
  return (
    <Card size="small" title={t("dryRun.result.nodes")}>
      <div className={styles.canvas}>
        <Steps view={{ ...parts, selected: null, select: () => undefined }} />
      </div>
    </Card>
  );
}

function People({ result, nameOf }: { result: DryRunResult; nameOf: NameOf }) {
  const { t } = useTranslation();
  const end = useEnd(nameOf);
  const resultWord = useResultWord();
  const last = ({ passages }: DryPerson) => passages.at(-1);
  const columns = [
    {
      key: "name",
      title: t("dryRun.form.persons"),
      render: (_: unknown, { name }: DryPerson) => name ?? t("common.unknownName"),
    },
    {
      key: "route",
      title: t("dryRun.result.route"),
      render: (_: unknown, person: DryPerson) =>
        person.passages
          .flatMap(({ steps }) => steps.map(({ result: came }) => resultWord(came)))
          .join(" → ") || t("dryRun.result.notEntered"),
    },
    {
      key: "end",
      title: t("dryRun.result.end"),
      render: (_: unknown, person: DryPerson) => {
        const passage = last(person);
        return passage ? end(passage) : t("common.none");
      },
    },
  ];
  return (
    <Card size="small" title={t("dryRun.result.routes")}>
      <Table<DryPerson>
        size="small"
        rowKey="person_id"
        columns={columns}
        dataSource={result.people}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        expandable={{
          expandedRowRender: (person) => <DryRunPerson person={person} nameOf={nameOf} />,
          expandRowByClick: true,
          defaultExpandedRowKeys: result.people.slice(0, 1).map(({ person_id }) => person_id),
        }}
      />
    </Card>
  );
}

/** What became of all of them, at each step, and of each. */
export function DryRunOutcome({ result, draft }: { result: DryRunResult; draft: Record<string, unknown> }) {
  const { t } = useTranslation();
  const words = useWords();
  const played = toDraft(draft);
  const nameOf = (node: string) => words.target(played, node);
  const period = {
    from: formatMoment(new Date(result.starts_at)),
    until: formatMoment(new Date(result.until)),
  };
  return (
    <>
      <Card size="small" title={t("dryRun.result.title")}>
        {result.found > 0 && (
          <p className={styles.text}>
            {t("dryRun.result.found", { found: formatNumber(result.found), count: result.people.length })}{" "}
            {t("dryRun.result.period", period)}
          </p>
        )}
        {result.missing.length > 0 && (
          <Alert
            type="warning"
            showIcon
            title={t("dryRun.result.missing", { count: result.missing.length })}
          />
        )}
        <Totals result={result} />
      </Card>
      <Nodes result={result} draft={draft} />
      {/* A new answer opens its first person, not the row that was open before. */}
      <People
        key={JSON.stringify(result.people.map(({ person_id }) => person_id))}
        result={result}
        nameOf={nameOf}
      />
    </>
  );
}
