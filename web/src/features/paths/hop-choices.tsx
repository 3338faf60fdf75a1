import { Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { Path } from "@/api/types";
import { useShipped } from "@/shared/hooks/use-shipped";
import styles from "./paths.module.css";

const daySeconds = 86_400;
const mostDays = 366;

type Hop = Path["hops"][number];

interface Choice {
  mechanism: string;
  owner: string;
  days: number | null;
  states: string[];
}

export type Choices = Record<string, Choice>;

/** What the form shows at first: what holds of the hops now, in the words that the page shows. */
export function choicesOf(hops: Hop[], shipped: (text: string) => string): Choices {
  return Object.fromEntries(
    hops.map(({ key, mechanism, owner, sla, states }) => [
      key,
      {
        mechanism: shipped(mechanism),
        owner: shipped(owner),
        days: sla === null ? null : sla / daySeconds,
        states,
      },
    ]),
  );
}

/** The same as the server takes it; a word that nobody changed stays the template's. */
export function toHops(hops: Hop[], choices: Choices, shipped: (text: string) => string) {
  return hops.flatMap((hop) => {
    const choice = choices[hop.key];
    if (!choice) return [];
    const kept = (before: string, now: string) => (now.trim() === shipped(before) ? before : now.trim());
    return {
      key: hop.key,
      mechanism: kept(hop.mechanism, choice.mechanism),
      owner: kept(hop.owner, choice.owner),
      sla: choice.days === null ? null : Math.max(1, Math.round(choice.days * daySeconds)),
      states: choice.states,
    };
  });
}

function useCodes() {
  const query = { size: 100 };
  const { data } = $api.useQuery("get", "/api/sources", { params: { query } });
  return (data?.items ?? []).map(({ name, state_code }) => ({ value: state_code, label: name }));
}

/** For each hop: how it is passed, who answers for it, how long it may take, and by which codes alone. */
export function HopChoices({ path }: { path: Pick<Path, "stages" | "hops"> }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const codes = useCodes();
  const nameOf = (key: string) => shipped(path.stages.find((stage) => stage.key === key)?.name ?? key);
  return path.hops.map((hop) => (
    <fieldset key={hop.key} className={styles.hopChoices}>
      <legend>
        {nameOf(hop.source)} → {nameOf(hop.target)}
      </legend>
      <Form.Item name={["hops", hop.key, "mechanism"]} label={t("paths.choice.mechanism")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name={["hops", hop.key, "owner"]} label={t("paths.choice.owner")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name={["hops", hop.key, "days"]} label={t("paths.choice.days")}>
        <InputNumber
          min={0.01}
          max={mostDays}
          placeholder={t("paths.choice.noLimit")}
          style={{ width: "100%" }}
        />
      </Form.Item>
      <Form.Item
        name={["hops", hop.key, "states"]}
        label={t("paths.choice.states")}
        tooltip={t("paths.choice.statesHint")}
      >
        <Select
          mode="tags"
          options={codes}
          optionFilterProp="label"
          maxCount={200}
          placeholder={t("paths.choice.anyCode")}
        />
      </Form.Item>
    </fieldset>
  ));
}
