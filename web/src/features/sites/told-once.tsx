import { Alert } from "antd";
import { CopyButton } from "@/shared/components/copy-button";
import styles from "./sites.module.css";

/** A secret that we made: shown this once, with a button that copies it. */
export function ToldOnce({ text, hint }: { text: string; hint: string }) {
  return (
    <>
      <Alert type="warning" showIcon title={hint} className={styles.alert} />
      <div className={styles.secret}>
        <code>{text}</code>
        <CopyButton text={text} type="primary" />
      </div>
    </>
  );
}
