import { FileTextOutlined, LinkOutlined, QrcodeOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { fileAddress } from "@/api/files";
import type { Attachment, Welcome } from "@/api/types";
import { Monogram } from "@/shared/components/monogram";
import styles from "./welcome-preview.module.css";

type Draft = Partial<Attachment> | undefined;

function LinkCard({ title, url, desc }: { title?: string; url?: string; desc?: string | null }) {
  return (
    <div className={styles.card}>
      <div className={styles.cardTitle}>{title || "…"}</div>
      <div className={styles.cardBody}>
        <span>{desc || url}</span>
        <span className={styles.cardPicture}>
          <LinkOutlined />
        </span>
      </div>
    </div>
  );
}

function FileCard({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.card}>
      <div className={styles.cardBody}>
        <span>
          <span className={styles.cardTitle}>{name}</span>
          <small>{t("sources.preview.filePreview")}</small>
        </span>
        <span className={styles.cardPicture}>
          <FileTextOutlined />
        </span>
      </div>
    </div>
  );
}

function JoinCode() {
  const { t } = useTranslation();
  return (
    <div className={styles.card}>
      <div className={styles.cardBody}>
        <span>{t("sources.form.join_way")}</span>
        <span className={styles.cardPicture}>
          <QrcodeOutlined />
        </span>
      </div>
    </div>
  );
}

function AttachmentView({ attachment }: { attachment: NonNullable<Draft> }) {
  if (attachment.type === "link") return <LinkCard {...attachment} />;
  if (attachment.type === "image" && attachment.file_id !== undefined) {
    return <img className={styles.image} src={fileAddress(attachment.file_id)} alt={attachment.name ?? ""} />;
  }
  if (attachment.type === "join_way") return <JoinCode />;
  return <FileCard name={("name" in attachment && attachment.name) || "…"} />;
}

interface Props {
  staffName: string;
  welcome: { text?: string; attachments?: Draft[] } | Welcome | null | undefined;
  /** The two know each other already: it comes into a chat that is there. */
  inChat?: boolean;
  /** An official account says it, no member of the company. */
  fromAccount?: boolean;
}

/** The phone of the customer right after adding: an approximation, not WeChat's own drawing. */
export function WelcomePreview({ staffName, welcome, inChat = false, fromAccount = false }: Props) {
  const { t } = useTranslation();
  const name = staffName || t("sources.preview.staff");
  const text = welcome?.text?.trim();
  const attachments = (welcome?.attachments ?? []).filter(
    (one) => one !== undefined && one.type !== undefined,
  );
  const isEmpty = !text && attachments.length === 0;
  return (
    <figure>
      <figcaption className={styles.caption}>{t("sources.preview.title")}</figcaption>
      <div className={styles.phone}>
        <div className={styles.top}>
          {name}
          {!fromAccount && <span className={styles.corp}>{t("sources.preview.corp")}</span>}
        </div>
        <div className={styles.chat}>
          {!inChat && <p className={styles.note}>{t("sources.preview.added", { name })}</p>}
          {isEmpty && !inChat && <p className={styles.note}>{t("sources.preview.empty")}</p>}
          {text && (
            <div className={styles.row}>
              <Monogram name={name} size={34} />
              <div className={styles.bubble}>{text}</div>
            </div>
          )}
          {attachments.map((attachment, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: attachments have no identity but their place
            <div className={styles.row} key={index}>
              <Monogram name={name} size={34} />
              <AttachmentView attachment={attachment as NonNullable<Draft>} />
            </div>
          ))}
        </div>
      </div>
    </figure>
  );
}
