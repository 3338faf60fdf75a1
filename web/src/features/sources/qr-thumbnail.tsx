import { QrcodeOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Source } from "@/api/types";
import styles from "./sources.module.css";
import { qrAddress } from "./use-sources";

export function QrThumbnail({ source, onOpen }: { source: Source; onOpen(): void }) {
  const { t } = useTranslation();
  const label = t("sources.detail.open", { name: source.name });
  const leaving = source.status === "deleting" || source.status === "deleted"; // its picture may be gone already
  return (
    <button type="button" className={styles.thumbnail} aria-label={label} onClick={onOpen}>
      {source.qr_code && !leaving ? (
        <img src={qrAddress(source, "png", 160)} alt="" loading="lazy" />
      ) : (
        <QrcodeOutlined />
      )}
    </button>
  );
}
