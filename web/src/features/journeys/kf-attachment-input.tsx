import { Input, Radio, Space } from "antd";
import { useTranslation } from "react-i18next";
import { fileAddress } from "@/api/files";
import { UploadButton } from "@/shared/components/contact-way/upload-button";
import type { InputProps } from "./field-inputs";

const kinds = ["text", "image", "file", "link"] as const;
const words = ["title", "url", "desc"] as const;

export interface KfAttachment extends Partial<Record<(typeof words)[number], string>> {
  type: (typeof kinds)[number];
  file_id?: number;
  name?: string;
}

/** What customer service says instead of a text: one picture, file, or link with its picture. */
export function KfAttachmentInput({ id, value, onChange }: InputProps) {
  const { t } = useTranslation();
  const given = value as KfAttachment | undefined;
  return (
    <Space orientation="vertical" style={{ width: "100%" }}>
      <Radio.Group
        id={id}
        value={given?.type ?? "text"}
        options={kinds.map((kind) => ({ value: kind, label: t(`journeyNodes.kf.${kind}`) }))}
        onChange={({ target }) => onChange(target.value === "text" ? undefined : { type: target.value })}
      />
      {given?.type === "link" &&
        words.map((name) => (
          <Input
            key={name}
            aria-label={t(`journeyNodes.kf.${name}`)}
            placeholder={t(`journeyNodes.kf.${name}`)}
            value={given[name] ?? ""}
            onChange={({ target }) => onChange({ ...given, [name]: target.value || undefined })}
          />
        ))}
      {given && <Uploaded given={given} onChange={onChange} />}
    </Space>
  );
}

function Uploaded({ given, onChange }: { given: KfAttachment; onChange(value: unknown): void }) {
  const { t } = useTranslation();
  const { type, file_id, name } = given;
  return (
    <Space wrap>
      {file_id !== undefined &&
        (type === "file" ? (
          name
        ) : (
          <img src={fileAddress(file_id)} alt={t("journeyNodes.kf.image")} height={48} />
        ))}
      <UploadButton
        kind={type === "file" ? "file" : "image"}
        disabled={false}
        onUploaded={(file) => {
          if (!("file_id" in file)) return;
          onChange({ ...given, file_id: file.file_id, ...(type === "link" ? {} : { name: file.name }) });
        }}
      />
    </Space>
  );
}
