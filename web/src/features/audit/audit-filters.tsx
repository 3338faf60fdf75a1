import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { DayPicker } from "@/shared/components/beijing-picker";
import { useAuditWords } from "./use-audit-words";

export const filterKeys = ["search", "kind", "act", "user_id", "first", "last"] as const;

/** In the order of their words: `[value, word]`. */
const toOptions = (pairs: (readonly [string, string])[]) =>
  pairs.map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));

/** What entries may be looked for by; chosen from what there are entries of. */
export function AuditFilters() {
  const { t } = useTranslation();
  const { actName, kindName } = useAuditWords();
  const { data } = $api.useQuery("get", "/api/audit/choices", {});
  const first = Form.useWatch<string | undefined>("first");
  const last = Form.useWatch<string | undefined>("last");
  const userName = (id: number, name: string | null) =>
    name ?? (id ? t("audit.removedUser", { id }) : t("audit.system"));
  const select = (options: ReturnType<typeof toOptions>) => (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={t("audit.filter.any")}
      options={options}
    />
  );
  return (
    <>
      <Form.Item name="search" label={t("audit.filter.search")}>
        <Input allowClear data-search maxLength={100} placeholder={t("audit.filter.searchPlaceholder")} />
      </Form.Item>
      <Form.Item name="kind" label={t("audit.filter.kind")}>
        {select(toOptions((data?.kinds ?? []).map((kind) => [kind, kindName(kind)])))}
      </Form.Item>
      <Form.Item name="act" label={t("audit.column.act")}>
        {select(toOptions((data?.acts ?? []).map((act) => [act, actName(act)])))}
      </Form.Item>
      <Form.Item name="user_id" label={t("audit.column.user")}>
        {select(toOptions((data?.users ?? []).map(({ id, name }) => [String(id), userName(id, name)])))}
      </Form.Item>
      <Form.Item name="first" label={t("audit.filter.first")}>
        <DayPicker latest={last} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="last" label={t("audit.filter.last")}>
        <DayPicker earliest={first} style={{ width: "100%" }} />
      </Form.Item>
    </>
  );
}
