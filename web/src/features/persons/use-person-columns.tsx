import { WarningOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Person } from "@/api/types";
import type { Column } from "@/shared/components/data-table/types";
import { Moment } from "@/shared/components/moment";
import { Monogram } from "@/shared/components/monogram";
import { StateDot } from "@/shared/components/state-dot";
import { KindTags } from "./kind-tags";
import styles from "./persons.module.css";

function Name({ person }: { person: Person }) {
  const { t } = useTranslation();
  const name = person.name ?? t("common.unknownName");
  return (
    <span className={styles.nameCell}>
      <Monogram name={name} url={person.avatar_url} />
      <span>
        <Link to={`/persons/${person.id}`} className={person.name ? styles.name : undefined}>
          {name}
        </Link>
        {person.company && <span className={styles.company}>{person.company}</span>}
      </span>
      {person.conflict && (
        <Tooltip title={t("persons.conflictShort")}>
          <WarningOutlined className={styles.warning} aria-label={t("persons.conflictShort")} />
        </Tooltip>
      )}
    </span>
  );
}

export function usePersonColumns(): Column<Person>[] {
  const { t } = useTranslation();
  const none = <span className={styles.faint}>—</span>;
  return [
    {
      key: "name",
      title: t("persons.column.name"),
      fixed: true,
      render: (person) => <Name person={person} />,
    },
    { key: "kinds", title: t("persons.column.kinds"), render: ({ kinds }) => <KindTags kinds={kinds} /> },
    { key: "source", title: t("persons.column.source"), render: ({ source }) => source?.name ?? none },
    {
      key: "staff",
      title: t("persons.column.staff"),
      render: ({ staff }) =>
        staff.length > 0
          ? staff.map(({ name, userid }) => name ?? userid).join(t("common.listSeparator"))
          : none,
    },
    {
      key: "resolved",
      title: t("persons.column.resolved"),
      render: ({ resolved }) => (
        <StateDot tone={resolved ? "good" : "quiet"}>
          {t(`persons.resolved.${resolved ? "yes" : "no"}`)}
        </StateDot>
      ),
    },
    {
      key: "first",
      title: t("persons.column.first"),
      render: ({ first_seen_at }) => <Moment at={first_seen_at} />,
    },
    {
      key: "last",
      title: t("persons.column.last"),
      render: ({ last_seen_at }) => <Moment at={last_seen_at} relative />,
    },
    {
      key: "actions",
      title: t("persons.column.actions"),
      sticky: true,
      render: ({ id }) => <Link to={`/persons/${id}`}>{t("common.action.detail")}</Link>,
    },
  ];
}
