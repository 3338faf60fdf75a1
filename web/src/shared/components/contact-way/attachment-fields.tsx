import {
  DeleteOutlined,
  FileTextOutlined,
  LinkOutlined,
  PictureOutlined,
  UsergroupAddOutlined,
} from "@ant-design/icons";
import { Button, Form, Space } from "antd";
import { useTranslation } from "react-i18next";
import { fileAddress } from "@/api/files";
import type { Attachment } from "@/api/types";
import { JoinWaySelect } from "@/shared/components/join-way-select";
import limits from "@/shared/limits/platform-limits.json";
import styles from "./contact-way.module.css";
import { LinkFields } from "./link-fields";
import { UploadButton } from "./upload-button";

const most = limits.welcomeAttachments.value;
const icons = {
  link: <LinkOutlined />,
  image: <PictureOutlined />,
  file: <FileTextOutlined />,
  join_way: <UsergroupAddOutlined />,
};
const hidden = {
  link: ["type"],
  image: ["type", "file_id", "name"],
  file: ["type", "file_id", "name"],
  join_way: ["type"],
};

interface ItemProps {
  index: number;
  attachment: Attachment;
  onRemove(): void;
}

function JoinWayField({ index }: { index: number }) {
  const { t } = useTranslation();
  const accountId = Form.useWatch<number | undefined>("account_id", { preserve: true });
  return (
    <Form.Item
      name={[index, "code"]}
      extra={t("sources.form.joinWayHint")}
      rules={[{ required: true, message: t("common.required", { label: t("sources.form.join_way") }) }]}
    >
      <JoinWaySelect accountId={accountId} />
    </Form.Item>
  );
}

function AttachmentBody({ index, attachment }: { index: number; attachment: Attachment }) {
  if (attachment.type === "link") return <LinkFields index={index} />;
  if (attachment.type === "join_way") return <JoinWayField index={index} />;
  return (
    <div className={styles.uploaded}>
      {attachment.type === "image" && <img src={fileAddress(attachment.file_id)} alt="" />}
      {attachment.name}
    </div>
  );
}

function AttachmentItem({ index, attachment, onRemove }: ItemProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.attachment}>
      {hidden[attachment.type].map((field) => (
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
      <AttachmentBody index={index} attachment={attachment} />
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
            <Button
              icon={<UsergroupAddOutlined />}
              disabled={fields.length >= most}
              onClick={() => add({ type: "join_way", code: "" })}
            >
              {t("sources.form.addJoinWay")}
            </Button>
            <span className={styles.faint}>{t("sources.form.attachmentsMax", { count: most })}</span>
          </Space>
        </>
      )}
    </Form.List>
  );
}
