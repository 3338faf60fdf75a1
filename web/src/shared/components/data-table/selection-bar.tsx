import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./data-table.module.css";

interface Props {
  count: number;
  onClear(): void;
  children: ReactNode;
}

export function SelectionBar({ count, onClear, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.selection} role="status">
      <strong>{t("table.selected", { count })}</strong>
      <Button type="link" size="small" onClick={onClear}>
        {t("common.action.clearSelection")}
      </Button>
      <span className={styles.selectionActions}>{children}</span>
    </div>
  );
}
