import { DeleteOutlined, FileTextOutlined, LinkOutlined, PictureOutlined } from "@ant-design/icons";
import { Button, Form, Space } from "antd";
import { useTranslation } from "react-i18next";
import { fileAddress } from "@/api/files";
import type { Attachment } from "@/api/types";
import limits from "@/shared/limits/platform-limits.json";
import { LinkFields } from "./link-fields";
import styles from "./sources.module.css";
import { UploadButton } from "./upload-button";

const most = limits.welcomeAttachments.value;
const icons = { link: <LinkOutlined />, image: <PictureOutlined />, file: <FileTextOutlined /> };

interface ItemProps {
  index: number;
  attachment: Attachment;
  onRemove(): void;
}

function AttachmentItem({ index, attachment, onRemove }: ItemProps) {
  const { t } = useTranslation();
  const kept = attachment.type === "link" ? ["type"] : ["type", "file_id", "name"];
  return (
    <div className={styles.attachment}>
      {kept.map((field) => (
        <Form.Item key={field} name={[index, field]} hidden noStyle>
          <input type="hidden" />
        </Form.Item>
      ))}
      <div className={styles.attachmentHead}>
        {icons[attachment.type]}
        {t(`sources.form.${attachment.type}`)}
        <Button
          type="text"
          size="small"
          icon={<DeleteOutlined />}
          aria-label={t("sources.form.remove")}
          onClick={onRemove}
        />
      </div>
      {attachment.type === "link" ? (
        <LinkFields index={index} />
      ) : (
        <div className={styles.uploaded}>
          {attachment.type === "image" && <img src={fileAddress(attachment.file_id)} alt="" />}
          {attachment.name}
        </div>
      )}
    </div>
  );
}

/** Up to nine links, images and files that follow the text. */
export function AttachmentFields() {
  const { t } = useTranslation();
  const attachments =
    Form.useWatch<Attachment[] | undefined>(["welcome", "attachments"], { preserve: true }) ?? [];
  return (
    <Form.List name={["welcome", "attachments"]}>
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => {
            const attachment = attachments[name];
            return (
              attachment && (
                <AttachmentItem
                  key={key}
                  index={name}
                  attachment={attachment}
                  onRemove={() => remove(name)}
                />
              )
            );
          })}
          <Space wrap aria-label={t("sources.form.attachments")} role="group">
            <Button
              icon={<LinkOutlined />}
              disabled={fields.length >= most}
              onClick={() => add({ type: "link", title: "", url: "" })}
            >
              {t("sources.form.addLink")}
            </Button>
            <UploadButton kind="image" disabled={fields.length >= most} onUploaded={add} />
            <UploadButton kind="file" disabled={fields.length >= most} onUploaded={add} />
            <span className={styles.faint}>{t("sources.form.attachmentsMax", { count: most })}</span>
          </Space>
        </>
      )}
    </Form.List>
  );
}
