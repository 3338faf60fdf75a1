import type { ReactNode } from "react";
import styles from "./state.module.css";

interface Props {
  icon: ReactNode;
  title: string;
  text?: string;
  action?: ReactNode;
  /** It is all there is on the page. */
  asPage?: boolean;
}

/** Nothing here yet: one sentence, and the thing to do next. */
export function EmptyState({ icon, title, text, action, asPage = false }: Props) {
  return (
    <div className={styles.state}>
      <span className={styles.badge}>{icon}</span>
      {asPage ? <h1 className={styles.title}>{title}</h1> : <p className={styles.title}>{title}</p>}
      {text && <p className={styles.text}>{text}</p>}
      {action}
    </div>
  );
}
