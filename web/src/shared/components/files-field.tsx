import { DeleteOutlined, FileTextOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { fileAddress } from "@/api/files";
import { UploadButton } from "@/shared/components/contact-way/upload-button";
import styles from "./files-field.module.css";

/** An uploaded picture or file. */
export interface StoredFile {
  type: "image" | "file";
  file_id: number;
  name: string;
}

interface Props {
  kinds: readonly StoredFile["type"][];
  most: number;
  value?: StoredFile[];
  onChange?(files: StoredFile[]): void;
}

/** Pictures and files that follow a text. */
export function FilesField({ kinds, most, value = [], onChange }: Props) {
  const { t } = useTranslation();
  const latest = useRef(value);
  latest.current = value;
  const add = (file: { type: string }) => {
    latest.current = [...latest.current, file as StoredFile];
    onChange?.(latest.current);
  };
  return (
    <Space orientation="vertical">
      {value.map((file, at) => (
        <div key={file.file_id} className={styles.file}>
          {file.type === "image" ? <img src={fileAddress(file.file_id)} alt="" /> : <FileTextOutlined />}
          {file.name}
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("sources.form.remove")}
            onClick={() => onChange?.(value.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Space wrap>
        {kinds.map((kind) => (
          <UploadButton
            key={kind}
            kind={kind}
            disabled={value.length >= most}
            room={most - value.length}
            onUploaded={add}
          />
        ))}
      </Space>
    </Space>
  );
}
