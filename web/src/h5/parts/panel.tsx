import type { ReactNode } from "react";
import css from "./panel.module.css";

/** A white card with a small heading. */
export function Panel({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className={css.panel} aria-label={title}>
      <h2>
        {title} {hint && <small>{hint}</small>}
      </h2>
      {children}
    </section>
  );
}
