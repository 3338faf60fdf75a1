import { App, Button, Drawer, Select, Skeleton, Space, Switch, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JourneyDetail, JourneyImpact } from "@/api/types";
import { ErrorAlert } from "@/shared/components/error-alert";
import { ErrorState } from "@/shared/components/error-state";
import { formatNumber } from "@/shared/format/format";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { DiffList } from "./diff-list";
import { type Draft, findNode, toDraft } from "./draft";
import styles from "./editor.module.css";
import { ImpactBlanks, ImpactDraws, ImpactSends } from "./impact-sends";
import { at, useImpact, useJourney, usePublish, useVersions } from "./use-journeys";
import { usePublishedSteps } from "./use-published-steps";
import { useWords } from "./use-words";

type Inside = JourneyImpact["inside"][number];
type Standing = Inside["nodes"][number];
/** Old node → new node, by the number of the version; what is not in it stays on its version. */
type Moves = Record<number, Record<string, string>>;

const stay = "";
/** Whoever has a task out with a member of staff waits for what comes of it. */
const staysPut = "staff_task";
const startOf = (draft: Draft, { nodes }: Inside): Record<string, string> =>
  Object.fromEntries(
    nodes
      .filter(({ node, type, change }) => type !== staysPut && change !== "removed" && findNode(draft, node))
      .map(({ node }) => [node, node]),
  );

interface MapProps {
  inside: Inside;
  nameOf(standing: Standing): string;
  draft: Draft;
  map: Record<string, string> | undefined;
  onMap(map: Record<string, string> | undefined): void;
}

function People({ standing, name }: { standing: Standing; name: string }) {
  const { t } = useTranslation();
  const { people, change } = standing;
  return (
    <span>
      {name} · {t("journeys.impact.people", { count: people, people: formatNumber(people) })}{" "}
      {change !== "same" && (
        <Tag color={change === "removed" ? "error" : "warning"}>{t(`journeys.impact.${change}`)}</Tag>
      )}
    </span>
  );
}

/** Where the people of one older version go: each node by itself, or nobody moves. */
function VersionMap({ inside, nameOf, draft, map, onMap }: MapProps) {
  const { t } = useTranslation();
  const words = useWords();
  const options = [
    { value: stay, label: t("journeys.impact.stay") },
    ...draft.nodes.map(({ id }) => ({ value: id, label: words.target(draft, id) })),
  ];
  return (
    <fieldset className={styles.part}>
      <legend>
        {t("journeys.versionNumber", { number: inside.number })}
        <Switch
          size="small"
          checked={map !== undefined}
          aria-label={t("journeys.impact.move", { number: inside.number })}
          onChange={(on) => onMap(on ? startOf(draft, inside) : undefined)}
        />
        {t("journeys.impact.moveThem")}
      </legend>
      {inside.nodes.map((standing) => (
        <div key={standing.node} className={styles.row}>
          <People standing={standing} name={nameOf(standing)} />
          {map && standing.type === staysPut && (
            <span className={styles.quiet}>{t("journeys.impact.taskOut")}</span>
          )}
          {map && standing.type !== staysPut && (
            <Select
              aria-label={t("journeys.impact.to", { node: nameOf(standing) })}
              value={map[standing.node] ?? stay}
              options={options}
              popupMatchSelectWidth={false}
              style={{ width: 220 }}
              onChange={(to) => {
                const { [standing.node]: _, ...rest } = map;
                onMap(to === stay ? rest : { ...rest, [standing.node]: to });
              }}
            />
          )}
        </div>
      ))}
    </fieldset>
  );
}

interface Props {
  journey: JourneyDetail;
  draft: Draft;
  revision: number;
  onClose(): void;
}

/** What publishing means, and who is moved by it; then it is published. */
export function PublishDrawer({ journey, draft, revision, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const isNarrow = useMediaQuery(narrow);
  const impact = useImpact(journey.id, revision);
  const versions = useVersions(journey.id);
  const publish = usePublish();
  const steps = usePublishedSteps(journey.id);
  const words = useWords();
  const [moves, setMoves] = useState<Moves>({});
  const whole = useJourney(journey.id).data?.definition;
  const live = versions.data?.find(({ number }) => number === journey.number);
  const go = async () => {
    const chosen = Object.entries(moves).map(([number, nodes]) => ({ number: Number(number), nodes }));
    try {
      const made = await publish.mutateAsync({ ...at(journey.id), body: { revision, moves: chosen } });
      message.success(t("journeys.published", { number: made.number ?? 1 }));
      onClose();
    } catch {
      // The error is shown above; the drawer stays open.
    }
  };
  const { data } = impact;
  return (
    <Drawer
      open
      title={t("journeys.publish.title")}
      size={isNarrow ? "100%" : 640}
      onClose={onClose}
      footer={
        <Space style={{ justifyContent: "flex-end", width: "100%" }}>
          <Button onClick={onClose}>{t("common.action.cancel")}</Button>
          <Button type="primary" disabled={!data} loading={publish.isPending} onClick={() => void go()}>
            {t("journeys.publish.do")}
          </Button>
        </Space>
      }
    >
      {publish.error && <ErrorAlert error={publish.error} />}
      {impact.error && !data && <ErrorState error={impact.error} onRetry={() => void impact.refetch()} />}
      {impact.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {data && (
        <div className={styles.parts}>
          {live && (
            <section>
              <h3>{t("journeys.impact.changes", { number: live.number })}</h3>
              <DiffList from={toDraft(live.definition)} to={toDraft(whole ?? draft)} />
            </section>
          )}
          <section style={{ width: "100%" }}>
            <h3>{t("journeys.impact.inside")}</h3>
            {data.inside.length === 0 && <p className={styles.quiet}>{t("journeys.impact.nobody")}</p>}
            {data.inside.length > 0 && <p className={styles.quiet}>{t("journeys.impact.moveText")}</p>}
            {data.inside.map((inside) => (
              <VersionMap
                key={inside.number}
                inside={inside}
                nameOf={({ node, type }) => steps.name(inside.number, node, words.type(type))}
                draft={draft}
                map={moves[inside.number]}
                onMap={(map) =>
                  setMoves(({ [inside.number]: _, ...rest }) =>
                    map === undefined ? rest : { ...rest, [inside.number]: map },
                  )
                }
              />
            ))}
          </section>
          <section>
            <h3>{t("journeys.impact.sends")}</h3>
            <ImpactSends impact={data} draft={draft} />
          </section>
          <section>
            <h3>{t("journeys.impact.draws")}</h3>
            <ImpactDraws impact={data} />
          </section>
          <section style={{ width: "100%" }}>
            <h3>{t("journeys.impact.blanks")}</h3>
            <ImpactBlanks impact={data} draft={draft} />
          </section>
        </div>
      )}
    </Drawer>
  );
}
