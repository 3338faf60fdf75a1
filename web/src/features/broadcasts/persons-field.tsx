import { UploadOutlined } from "@ant-design/icons";
import { Button, Input, Space, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatNumber } from "@/shared/format/format";
import { readPersons } from "./read-persons";

interface Props {
  id?: string;
  value?: string[];
  onChange?(persons: string[]): void;
}

/** Persons one by one: their numbers pasted, or the first column of a file such as an exported result. */
export function PersonsField({ id, value = [], onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value.join("\n"));
  const { persons, rest } = readPersons(text);
  const put = (next: string) => {
    setText(next);
    onChange?.(readPersons(next).persons);
  };
  return (
    <Space orientation="vertical" style={{ width: "100%" }}>
      <Input.TextArea
        {...(id && { id })}
        rows={4}
        value={text}
        placeholder={t("broadcasts.list.placeholder")}
        onChange={(event) => put(event.target.value)}
      />
      <Space wrap>
        <Upload
          accept=".csv,.txt"
          showUploadList={false}
          beforeUpload={(file) => {
            void file.text().then((found) => put([text, found].filter(Boolean).join("\n")));
            return false;
          }}
        >
          <Button icon={<UploadOutlined />}>{t("broadcasts.list.upload")}</Button>
        </Upload>
        <span>
          {t("broadcasts.list.count", { n: formatNumber(persons.length) })}
          {rest > 0 && ` ${t("broadcasts.list.rest", { n: formatNumber(rest) })}`}
        </span>
      </Space>
    </Space>
  );
}
