import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { SegmentSelect } from "@/shared/components/segment-select";
import { ConditionField } from "./condition-editor";
import {
  type Condition,
  eventFields,
  eventFieldsOf,
  joinSegment,
  segmentEvents,
  splitSegment,
} from "./conditions";
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
              onChange={(kind) => {
                const { account_id, ...rest } = entry;
                const of = !segmentEvents.includes(kind) && account_id !== undefined ? { account_id } : {};
                put({ ...rest, ...of, kind, where: undefined });
              }}
            />
          </Form.Item>
          {segmentEvents.includes(String(entry.kind)) ? (
            <SegmentFields entry={entry} put={put} />
          ) : (
            <EventFields entry={entry} put={put} />
          )}
        </>
      )}
    </PartList>
  );
}

interface FieldsProps {
  entry: Record<string, unknown>;
  put(entry: Record<string, unknown>): void;
}

/** Of which account, and with which conditions. */
function EventFields({ entry, put }: FieldsProps) {
  const { t } = useTranslation();
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  return (
    <>
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
  );
}

/** Of which segment, and what else must hold. */
function SegmentFields({ entry, put }: FieldsProps) {
  const { t } = useTranslation();
  const { segment, rest } = splitSegment(entry.where as Condition | undefined);
  return (
    <>
      <Form.Item label={t("journeyNodes.field.segment_id")} required>
        <SegmentSelect
          label={t("journeyNodes.field.segment_id")}
          value={segment}
          onChange={(chosen) => put({ ...entry, where: joinSegment({ segment: chosen ?? null, rest }) })}
        />
      </Form.Item>
      <Form.Item label={t("journeyNodes.field.where")}>
        <ConditionField
          optional
          value={rest}
          fields={[]}
          onChange={(where) => put({ ...entry, where: joinSegment({ segment, rest: where }) })}
        />
      </Form.Item>
    </>
  );
}
