import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Space, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { WeekReport } from "@/api/types";
import { mondayAfter } from "./use-weekly";
import styles from "./weekly.module.css";

interface Props {
  report: WeekReport;
  onShow(monday: string): void;
}

/** One week back or forth; the running one is the last. */
export function WeekSwitch({ report, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <Space>
      <Button
        icon={<LeftOutlined />}
        aria-label={t("weekly.earlier")}
        onClick={() => onShow(mondayAfter(report.first, -1))}
      />
      <span className={`tabular ${styles.week}`}>
        {report.first} – {report.last.slice(5)}
        {report.running && <Tag>{t("weekly.running")}</Tag>}
      </span>
      <Button
        icon={<RightOutlined />}
        aria-label={t("weekly.later")}
        disabled={report.running}
        onClick={() => onShow(mondayAfter(report.first, 1))}
      />
    </Space>
  );
}
