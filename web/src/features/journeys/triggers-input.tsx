import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { ConditionField } from "./condition-editor";
import { type Condition, eventFields, eventFieldsOf } from "./conditions";
import { asList, PartList } from "./list-inputs";
import { useWords } from "./use-words";

interface Props {
  value: unknown;
  onChange(value: unknown): void;
  fewest?: number;
}

/** Events, of any account or of one, that fit a condition. */
export function TriggersInput({ value, onChange, fewest = 1 }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  const kinds = Object.keys(eventFields).map((kind) => ({ value: kind, label: words.event(kind) }));
  return (
    <PartList
      list={asList(value)}
      fewest={fewest}
      onChange={onChange}
      fresh={() => ({ kind: "FollowerMessageReceived" })}
      label={(number) => t("journeyNodes.trigger", { number })}
      add={t("journeyNodes.addTrigger")}
    >
      {(entry, put) => (
        <>
          <Form.Item label={t("journeyNodes.field.kind")}>
            <Select
              aria-label={t("journeyNodes.field.kind")}
              showSearch={{ optionFilterProp: "label" }}
              value={entry.kind as string}
              options={kinds}
              onChange={(kind) => put({ ...entry, kind, where: undefined })}
            />
          </Form.Item>
          <Form.Item label={t("journeyNodes.field.account_id")}>
            <Select
              aria-label={t("journeyNodes.field.account_id")}
              allowClear
              placeholder={t("journeyNodes.anyAccount")}
              value={(entry.account_id as number | undefined) ?? null}
              options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(id) => put({ ...entry, account_id: id ?? undefined })}
            />
          </Form.Item>
          <Form.Item label={t("journeyNodes.field.where")}>
            <ConditionField
              optional
              value={entry.where as Condition | undefined}
              fields={eventFieldsOf([String(entry.kind)])}
              onChange={(where) => put({ ...entry, where })}
            />
          </Form.Item>
        </>
      )}
    </PartList>
  );
}
