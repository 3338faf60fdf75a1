import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { NewWebhook } from "@/api/types";
import styles from "./sites.module.css";
import { ToldOnce } from "./told-once";

/** The secret of a webhook, this once, and what a receiver does with it. */
export function SecretModal({ made, onClose }: { made: NewWebhook; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      width={620}
      title={t("sites.hook.secretOf", { name: made.name })}
      onCancel={onClose}
      onOk={onClose}
      okText={t("sites.close")}
      cancelButtonProps={{ style: { display: "none" } }}
      mask={{ closable: false }}
    >
      <ToldOnce text={made.secret} hint={t("sites.hook.once")} />
      <p className={styles.faint}>{t("sites.hook.verify")}</p>
    </Modal>
  );
}
