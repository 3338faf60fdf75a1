import { useTranslation } from "react-i18next";
import { fileAddress } from "@/api/files";
import type { MomentInput } from "@/api/types";
import phone from "@/shared/components/contact-way/welcome-preview.module.css";
import { Monogram } from "@/shared/components/monogram";
import styles from "./moments.module.css";

interface Props {
  staffName: string;
  text: string | undefined;
  attachments: NonNullable<MomentInput["attachments"]>;
}

/** The phone of a customer with the post in their Moments: an approximation, not WeChat's own drawing. */
export function MomentPreview({ staffName, text, attachments }: Props) {
  const { t } = useTranslation();
  const name = staffName || t("sources.preview.staff");
  const pictures = attachments.filter((each) => each.type === "image");
  const link = attachments.find((each) => each.type === "link");
  return (
    <figure>
      <figcaption className={phone.caption}>{t("moments.preview.title")}</figcaption>
      <div className={phone.phone}>
        <div className={phone.top}>{t("moments.preview.top")}</div>
        <div className={styles.feed}>
          <div className={styles.post}>
            <Monogram name={name} size={36} />
            <div>
              <span className={styles.name}>{name}</span>
              <span className={styles.corp}>{t("sources.preview.corp")}</span>
              {text?.trim() && <p className={styles.words}>{text.trim()}</p>}
              {!text?.trim() && attachments.length === 0 && (
                <p className={styles.empty}>{t("moments.preview.empty")}</p>
              )}
              {pictures.length > 0 && (
                <div className={styles.pictures} data-count={pictures.length}>
                  {pictures.map(({ file_id, name: file }) => (
                    <img key={file_id} src={fileAddress(file_id)} alt={file ?? ""} />
                  ))}
                </div>
              )}
              {link?.type === "link" && (
                <div className={styles.link}>
                  <img src={fileAddress(link.file_id)} alt="" />
                  <span>{link.title || link.url}</span>
                </div>
              )}
            </div>
          </div>
        </div>
      </div>
    </figure>
  );
}
