import { CheckCircleOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { HeldMessage } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import type { Column } from "@/shared/components/data-table/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { type HeldFilter, useHeldList } from "./use-contact-rules";

type Which = "refused" | "waiting";

function useColumns(which: Which): Column<HeldMessage>[] {
  const { t, i18n } = useTranslation();
  const gateName = (gate: string) =>
    i18n.exists(`error.${gate}.title`) ? t(`error.${gate as "opted_out"}.title`) : gate;
  const commandName = (name: string) =>
    i18n.exists(`command.${name}`) ? t(`command.${name as "SendWelcome"}`) : name;
  return [
    {
      key: "person",
      title: t("contactRules.held.person"),
      fixed: true,
      render: ({ person_id, person_name }) =>
        person_id ? (
          <Link to={`/persons/${person_id}`}>{person_name ?? t("common.unknownName")}</Link>
        ) : (
          t("common.none")
        ),
    },
    { key: "name", title: t("contactRules.held.message"), render: ({ name }) => commandName(name) },
    {
      key: "why",
      title: t("contactRules.held.why"),
      fixed: true,
      render: ({ gates }) => gates.map(gateName).join(t("common.listSeparator")),
    },
    {
      key: "account",
      title: t("contactRules.held.account"),
      render: ({ account_name }) => account_name ?? t("common.none"),
    },
    { key: "at", title: t("contactRules.held.at"), render: ({ at }) => <Moment at={at} /> },
    ...(which === "waiting"
      ? [
          {
            key: "due",
            title: t("contactRules.held.due"),
            render: ({ due }: HeldMessage) => due && <Moment at={due} />,
          },
        ]
      : []),
  ];
}

/** Messages that the rules refused, or put off until a moment. */
export function HeldTable({ which, state }: { which: Which; state: TableState<HeldFilter> }) {
  const { t } = useTranslation();
  const query = useHeldList(state);
  return (
    <DataTable<HeldMessage>
      name={`held-${which}`}
      label={t(`contactRules.tab.${which}`)}
      columns={useColumns(which)}
      rowKey={({ id }) => String(id)}
      query={query}
      state={state}
      lead={query.data && t(`contactRules.held.lead.${which}`, { days: query.data.kept_days })}
      empty={<EmptyState icon={<CheckCircleOutlined />} title={t(`contactRules.held.empty.${which}`)} />}
    />
  );
}
