import { FileTextOutlined, PictureOutlined } from "@ant-design/icons";
import { App, Button, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { uploadFile } from "@/api/files";
import type { Attachment } from "@/api/types";
import { formatBytes } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import limits from "@/shared/limits/platform-limits.json";

interface Props {
  kind: "image" | "file";
  disabled: boolean;
  onUploaded(attachment: Attachment): void;
}

const kinds = {
  image: { icon: <PictureOutlined />, accept: "image/png,image/jpeg", max: limits.imageBytes.value },
  file: { icon: <FileTextOutlined />, accept: undefined, max: limits.fileBytes.value },
};

export function UploadButton({ kind, disabled, onUploaded }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const [uploading, setUploading] = useState(false);
  const { icon, accept, max } = kinds[kind];

  const send = async (file: File) => {
    if (file.size > max) {
      message.error(t("sources.form.tooLarge", { max: formatBytes(max) }));
      return;
    }
    setUploading(true);
    try {
      const stored = await uploadFile(file, file.name);
      onUploaded({ type: kind, file_id: stored.id, name: stored.name });
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    } finally {
      setUploading(false);
    }
  };

  return (
    <Upload
      accept={accept}
      showUploadList={false}
      disabled={disabled}
      beforeUpload={(file) => {
        void send(file);
        return false;
      }}
    >
      <Button icon={icon} disabled={disabled} loading={uploading}>
        {uploading
          ? t("sources.form.uploading")
          : t(kind === "image" ? "sources.form.addImage" : "sources.form.addFile")}
      </Button>
    </Upload>
  );
}
