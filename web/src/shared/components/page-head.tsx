import type { ReactNode } from "react";
import { useTitle } from "@/shared/hooks/use-title";
import styles from "./page-head.module.css";

interface Props {
  title: string;
  text?: string;
  extra?: ReactNode;
}

/** The head of a page: what it is, in one sentence what it is for, and what can be done. */
export function PageHead({ title, text, extra }: Props) {
  useTitle(title);
  return (
    <div className={styles.head}>
      <div className={styles.words}>
        <h1 className={styles.title}>{title}</h1>
        {text && <p className={styles.text}>{text}</p>}
      </div>
      {extra && <div className={styles.extra}>{extra}</div>}
    </div>
  );
}
