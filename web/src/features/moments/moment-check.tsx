import { Alert, Card, Form, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import type { MomentCheck } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { useErrorWord } from "@/shared/hooks/use-error-word";
import { useFailureText } from "@/shared/hooks/use-failure-text";
import { useSettled } from "@/shared/hooks/use-settled";
import { type MomentValues, toInput } from "./moment-values";
import styles from "./moments.module.css";
import { useMomentCheck, useUnwrittenCheck } from "./use-moments";

const MOST_NAMES = 6;

/** What to do about what policy says. */
export function Fixes({ gates }: { gates: string[] }) {
  const failureText = useFailureText();
  return gates.map((code) => <p key={code}>{failureText({ code, params: {} }).fix}</p>);
}

/** Who could not publish it, by what they lack. */
function Lacking({ members }: { members: MomentCheck["lacking"] }) {
  const { t } = useTranslation();
  const errorWord = useErrorWord();
  const separator = t("common.listSeparator");
  const groups = new Map<string, string[]>();
  for (const { staff, staff_name, gates, posts_first } of members) {
    const first =
      posts_first === null
        ? [t("moments.check.noAdverts")]
        : posts_first > 0
          ? [t("moments.check.postsFirst", { count: posts_first })]
          : [];
    const why = [...gates.map(errorWord), ...first].join(separator);
    groups.set(why, [...(groups.get(why) ?? []), staff_name ?? staff]);
  }
  return [...groups].map(([why, names]) => {
    const shown = names.slice(0, MOST_NAMES).join(separator);
    const key = names.length > MOST_NAMES ? "moments.check.lackMany" : "moments.check.lack";
    return <p key={why}>{t(key, { names: shown, count: names.length, why })}</p>;
  });
}

function Verdict({ check }: { check: MomentCheck }) {
  const { t } = useTranslation();
  const errorWord = useErrorWord();
  const { leaves_at, gates, ready, lacking } = check;
  const why = gates.map(errorWord).join(t("common.reasonSeparator"));
  const fixes = new Set([...gates, ...lacking.flatMap((each) => each.gates)]);
  return (
    <>
      {gates.length === 0 && t("moments.check.free")}
      {gates.length > 0 && leaves_at === null && t("moments.check.stays", { why })}
      {gates.length > 0 && leaves_at !== null && (
        <>
          {t("moments.check.waits", { why })} <Moment at={leaves_at} />
        </>
      )}
      <p>{t("moments.check.ready", { ready, count: ready + lacking.length })}</p>
      <Lacking members={lacking} />
      <Fixes gates={[...fixes]} />
    </>
  );
}

/** What policy would say of a draft, and whether people look at its time. */
export function CheckCard({ id }: { id: number }) {
  const { t } = useTranslation();
  const { data } = useMomentCheck(id);
  if (!data) return <Skeleton active paragraph={{ rows: 1 }} />;
  return (
    <Card className={styles.card} title={t("moments.check.title")}>
      <Verdict check={data} />
      {data.outside_windows && (
        <Alert className={styles.source} type="info" showIcon title={t("moments.check.outside")} />
      )}
    </Card>
  );
}

/** The same of what is being written. */
export function WritingCheck() {
  const values = Form.useWatch([], Form.useFormInstance<MomentValues>()) as MomentValues | undefined;
  const asked = values?.account_id && values.members?.length ? JSON.stringify(toInput(values)) : "";
  const { data } = useUnwrittenCheck(useSettled(asked));
  if (!data) return null;
  const type = data.lacking.length === 0 && data.gates.length === 0 ? "success" : "warning";
  return <Alert className={styles.note} type={type} showIcon title={<Verdict check={data} />} />;
}
