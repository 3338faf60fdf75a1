import { UploadOutlined } from "@ant-design/icons";
import { App, Button, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { uploadImport } from "@/api/files";
import { useErrorText } from "@/shared/hooks/use-error-text";

/** Uploads a file of people and opens its page. */
export function UploadImportButton() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const [uploading, setUploading] = useState(false);
  const send = async (file: File) => {
    setUploading(true);
    try {
      const made = await uploadImport(file, file.name);
      void navigate(`/imports/${made.id}`);
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
      setUploading(false);
    }
  };
  return (
    <Upload
      accept=".csv,.txt,.xlsx"
      showUploadList={false}
      disabled={uploading}
      beforeUpload={(file) => {
        void send(file);
        return false;
      }}
    >
      <Button type="primary" icon={<UploadOutlined />} loading={uploading}>
        {t(uploading ? "imports.uploading" : "imports.upload")}
      </Button>
    </Upload>
  );
}
