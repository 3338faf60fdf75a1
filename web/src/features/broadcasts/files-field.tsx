import { DeleteOutlined, FileTextOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useTranslation } from "react-i18next";
import { fileAddress } from "@/api/files";
import { UploadButton } from "@/shared/components/contact-way/upload-button";
import type { BroadcastFile } from "./broadcast-values";
import styles from "./broadcasts.module.css";

interface Props {
  value?: BroadcastFile[];
  onChange?(files: BroadcastFile[]): void;
}

/** WeCom takes nine attachments; one may be the link. */
const most = 8;

/** Pictures and files that follow the text. */
export function FilesField({ value = [], onChange }: Props) {
  const { t } = useTranslation();
  const add = (file: { type: string }) => onChange?.([...value, file as BroadcastFile]);
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
        <UploadButton kind="image" disabled={value.length >= most} onUploaded={add} />
        <UploadButton kind="file" disabled={value.length >= most} onUploaded={add} />
      </Space>
    </Space>
  );
}
