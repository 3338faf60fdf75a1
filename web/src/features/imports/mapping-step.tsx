import { Alert, App, Button, Form, Radio, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { ImportDetail, ImportField } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./imports.module.css";
import { importFields, keyFields, useMapImport, useOwnFields, wecomFields } from "./use-imports";

type Fields = (ImportField | null)[];
type Placement = ImportDetail["placement"];
const placements: Placement[] = ["none", "pool", "assign"];
/** Rows that stand beside a column, so that one sees what is in it. */
const shownValues = 3;

/** Some different values of a column. */
function valuesOf(given: ImportDetail, at: number): string[] {
  const values = given.samples.map(({ cells }) => cells[at] ?? "").filter(Boolean);
  return [...new Set(values)].slice(0, shownValues);
}

interface FieldSelectProps {
  column: string;
  value: ImportField | null;
  taken: Fields;
  offered: ImportField[];
  onChange(field: ImportField | null): void;
}

function FieldSelect({ column, value, taken, offered, onChange }: FieldSelectProps) {
  const { t } = useTranslation();
  const own = useOwnFields();
  const options = [...offered, ...own.keys()].map((field) => ({
    value: field,
    label: own.get(field) ?? t(`imports.field.${field as "name"}`),
    disabled: field !== value && taken.includes(field),
  }));
  return (
    <Select
      allowClear
      className={styles.select}
      aria-label={t("imports.mapping.meaning", { column })}
      placeholder={t("imports.mapping.skip")}
      value={value}
      options={options}
      onChange={(field: ImportField | undefined) => onChange(field ?? null)}
    />
  );
}

interface ColumnsProps {
  given: ImportDetail;
  fields: Fields;
  offered: ImportField[];
  onChange(fields: Fields): void;
}

function ColumnTable({ given, fields, offered, onChange }: ColumnsProps) {
  const { t } = useTranslation();
  const change = (at: number, field: ImportField | null) =>
    onChange(fields.map((each, number) => (number === at ? field : each)));
  return (
    <table className={styles.columns}>
      <thead>
        <tr>
          <th scope="col">{t("imports.mapping.column")}</th>
          <th scope="col">{t("imports.mapping.values")}</th>
          <th scope="col">{t("imports.mapping.field")}</th>
        </tr>
      </thead>
      <tbody>
        {given.columns.map((column, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns may be called the same, and none ever moves
          <tr key={`${at} ${column}`}>
            <th scope="row">{column}</th>
            <td className={styles.values}>{valuesOf(given, at).join(t("common.listSeparator"))}</td>
            <td>
              <FieldSelect
                column={column}
                value={fields[at] ?? null}
                taken={fields}
                offered={offered}
                onChange={(field) => change(at, field)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the columns mean, whose people they are, and whether they become leads. */
export function MappingStep({ given, onMapped }: { given: ImportDetail; onMapped(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  const map = useMapImport();
  const [fields, setFields] = useState<Fields>(given.fields);
  const [accountId, setAccountId] = useState(given.account_id);
  const [placement, setPlacement] = useState<Placement>(given.placement);
  const isWecom = accounts.find(({ id }) => id === accountId)?.kind !== "official_account";
  const own = useOwnFields();
  const offered: ImportField[] = importFields.filter((field) => isWecom || !wecomFields.includes(field));
  const meant = fields.map((field) =>
    field !== null && (offered.includes(field) || own.has(field)) ? field : null,
  );
  const isKnown = meant.some((field) => field !== null && keyFields.includes(field));
  const check = async () => {
    const body = { account_id: accountId, fields: meant, placement: isWecom ? placement : "none" } as const;
    try {
      await map.mutateAsync({ params: { path: { import_id: given.id } }, body });
      onMapped();
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };
  return (
    <section className={`card ${styles.part}`}>
      <h2>{t("imports.mapping.title")}</h2>
      <ColumnTable given={given} fields={meant} offered={offered} onChange={setFields} />
      <Form layout="vertical" className={styles.options}>
        <Form.Item label={t("imports.mapping.account")} htmlFor="import-account">
          <Select
            id="import-account"
            value={accountId}
            onChange={setAccountId}
            options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item label={t("imports.placement.label")}>
          <Radio.Group
            vertical
            disabled={!isWecom}
            value={isWecom ? placement : "none"}
            onChange={({ target }) => setPlacement(target.value)}
            options={placements.map((value) => ({ value, label: t(`imports.placement.${value}`) }))}
          />
        </Form.Item>
      </Form>
      {!isKnown && (
        <Alert type="warning" showIcon className={styles.notice} title={t("imports.mapping.noKey")} />
      )}
      <Button type="primary" disabled={!isKnown} loading={map.isPending} onClick={() => void check()}>
        {t("imports.mapping.check")}
      </Button>
    </section>
  );
}
