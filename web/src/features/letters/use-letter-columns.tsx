import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Letter } from "@/api/types";
import type { Column } from "@/shared/components/data-table/types";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { StateDot } from "@/shared/components/state-dot";
import { useFailureText } from "@/shared/hooks/use-failure-text";
import { LetterActions } from "./letter-actions";
import styles from "./letters.module.css";

function failureOf({ error }: Letter) {
  return { code: error.code, params: { errcode: error.errcode, reason: error.reason } };
}

function Reason({ letter }: { letter: Letter }) {
  const { t } = useTranslation();
  const { cause, errcode } = useFailureText()(failureOf(letter));
  return (
    <Tooltip title={<FailureText failure={failureOf(letter)} />} styles={{ root: { maxWidth: 380 } }}>
      <span className={styles.reason}>
        <span>{cause}</span>
        <small>{errcode === null ? letter.error.reason : t("errcode.label", { errcode })}</small>
      </span>
    </Tooltip>
  );
}

function LetterState({ letter }: { letter: Letter }) {
  const { t } = useTranslation();
  if (letter.uncertain) return <StateDot tone="warn">{t("letters.state.uncertain")}</StateDot>;
  if (letter.expired) return <StateDot tone="quiet">{t("letters.state.expired")}</StateDot>;
  return <StateDot tone="bad">{t("letters.state.failed")}</StateDot>;
}

function useLetterName(): (letter: Letter) => string {
  const { t, i18n } = useTranslation();
  return ({ kind, name }) => {
    if (kind === "command")
      return i18n.exists(`command.${name}`) ? t(`command.${name as "SendWelcome"}`) : name;
    return i18n.exists(`letters.event.${name}`) ? t(`letters.event.${name as "ContactAdded"}`) : name;
  };
}

export function useLetterColumns(): Column<Letter>[] {
  const { t } = useTranslation();
  const nameOf = useLetterName();
  const mayWrite = useMayWrite();
  const columns: Column<Letter>[] = [
    {
      key: "name",
      title: t("letters.column.name"),
      fixed: true,
      render: (letter) => <strong>{nameOf(letter)}</strong>,
    },
    { key: "state", title: t("letters.column.state"), render: (letter) => <LetterState letter={letter} /> },
    { key: "reason", title: t("letters.column.reason"), render: (letter) => <Reason letter={letter} /> },
    { key: "account", title: t("letters.column.account"), render: ({ account_name }) => account_name ?? "—" },
    {
      key: "person",
      title: t("letters.column.person"),
      render: ({ person_id }) =>
        person_id ? <Link to={`/persons/${person_id}`}>{t("letters.person")}</Link> : "—",
    },
    {
      key: "attempts",
      title: t("letters.column.attempts"),
      align: "right",
      render: ({ attempts }) => attempts,
    },
    { key: "since", title: t("letters.column.since"), render: ({ since }) => <Moment at={since} relative /> },
  ];
  if (!mayWrite) return columns;
  return [
    ...columns,
    {
      key: "actions",
      title: t("letters.column.actions"),
      sticky: true,
      render: (letter) => <LetterActions letters={[letter]} />,
    },
  ];
}
