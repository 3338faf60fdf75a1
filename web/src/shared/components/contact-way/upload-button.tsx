import { FileTextOutlined, PictureOutlined } from "@ant-design/icons";
import { App, Button, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { uploadFile } from "@/api/files";
import type { Attachment } from "@/api/types";
import { formatBytes } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import limits from "@/shared/limits/platform-limits.json";

interface Props {
  kind: "image" | "file";
  disabled: boolean;
  /** How many may be chosen at once; they are told one by one, in the order they were chosen. */
  room?: number;
  onUploaded(attachment: Attachment): void;
}

const pictures = "image/png,image/jpeg";
const kinds = {
  image: { icon: <PictureOutlined />, accept: pictures, max: limits.imageBytes.value },
  file: { icon: <FileTextOutlined />, accept: undefined, max: limits.fileBytes.value },
};

export function UploadButton({ kind, disabled, room = 1, onUploaded }: Props) {
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
    try {
      const stored = await uploadFile(file, file.name);
      if (kind === "image" && !pictures.includes(stored.mime)) throw new ApiError(422, "file_not_image");
      onUploaded({ type: kind, file_id: stored.id, name: stored.name });
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };

  const sendAll = async (files: File[]) => {
    if (files.length > room) message.warning(t("sources.form.tooMany", { count: room }));
    setUploading(true);
    for (const file of files.slice(0, room)) await send(file);
    setUploading(false);
  };

  return (
    <Upload
      accept={accept}
      multiple={room > 1}
      showUploadList={false}
      disabled={disabled}
      beforeUpload={(file, files) => {
        if (file === files[0]) void sendAll(files);
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
