import { Alert, Button, Space } from "antd";
import { useTranslation } from "react-i18next";
import { DiffList } from "./diff-list";
import type { Draft } from "./draft";
import styles from "./editor.module.css";
import type { DraftState } from "./use-draft";

/** Somebody else saved meanwhile: what differs, and whose shall count. */
export function ConflictAlert({ state, theirs }: { state: DraftState; theirs: Draft }) {
  const { t } = useTranslation();
  return (
    <Alert
      className={styles.faults}
      type="error"
      showIcon
      title={t("journeys.conflict.title")}
      description={
        <>
          <p>{t("journeys.conflict.text")}</p>
          <DiffList from={theirs} to={state.draft} />
          <Space style={{ marginTop: 8 }}>
            <Button size="small" onClick={state.takeTheirs}>
              {t("journeys.conflict.theirs")}
            </Button>
            <Button size="small" danger onClick={state.keepMine}>
              {t("journeys.conflict.mine")}
            </Button>
          </Space>
        </>
      }
    />
  );
}
