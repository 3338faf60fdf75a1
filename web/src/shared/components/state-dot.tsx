import type { ReactNode } from "react";
import styles from "./state-dot.module.css";

export type Tone = "good" | "busy" | "bad" | "warn" | "quiet";

/** A state in a word, with a dot whose form differs too: colour is never the only sign. */
export function StateDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={styles.state} data-tone={tone}>
      <span className={styles.dot} />
      {children}
    </span>
  );
}
