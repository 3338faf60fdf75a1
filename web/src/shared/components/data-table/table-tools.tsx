import { ColumnHeightOutlined, ReloadOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Dropdown, Popover, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import styles from "./data-table.module.css";
import type { Column } from "./types";

export type Density = "large" | "middle" | "small";
const densities: Density[] = ["large", "middle", "small"];

interface Props<Row> {
  columns: Column<Row>[];
  hidden: string[];
  onHide(keys: string[]): void;
  density: Density;
  onDensity(density: Density): void;
  fetching: boolean;
  onRefresh(): void;
}

function ColumnSettings<Row>({ columns, hidden, onHide }: Pick<Props<Row>, "columns" | "hidden" | "onHide">) {
  const { t } = useTranslation();
  const choices = columns.filter(({ fixed, sticky }) => !fixed && !sticky);
  const content = (
    <Checkbox.Group
      className={styles.columns}
      options={choices.map(({ key, title }) => ({ value: key, label: title }))}
      value={choices.map(({ key }) => key).filter((key) => !hidden.includes(key))}
      onChange={(shown) => onHide(choices.map(({ key }) => key).filter((key) => !shown.includes(key)))}
    />
  );
  return (
    <Popover content={content} title={t("table.columns")} trigger="click" placement="bottomRight">
      <Button type="text" icon={<SettingOutlined />} aria-label={t("table.columns")} />
    </Popover>
  );
}

export function TableTools<Row>({ density, onDensity, fetching, onRefresh, ...settings }: Props<Row>) {
  const { t } = useTranslation();
  const items = densities.map((key) => ({ key, label: t(`table.density.${key}`) }));
  return (
    <div className={styles.tools}>
      <Tooltip title={t("common.action.refresh")}>
        <Button
          type="text"
          icon={<ReloadOutlined spin={fetching} />}
          aria-label={t("common.action.refresh")}
          onClick={onRefresh}
        />
      </Tooltip>
      <Dropdown
        trigger={["click"]}
        menu={{ items, selectedKeys: [density], onClick: ({ key }) => onDensity(key as Density) }}
      >
        <Button type="text" icon={<ColumnHeightOutlined />} aria-label={t("table.density.label")} />
      </Dropdown>
      <ColumnSettings {...settings} />
    </div>
  );
}
