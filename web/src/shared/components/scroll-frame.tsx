import type { ReactNode } from "react";

interface Props {
  label: string;
  className?: string | undefined;
  children: ReactNode;
}

/** What may be wider than the window: it scrolls sideways, by the keyboard too. */
export function ScrollFrame({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keys
    <section className={className} style={{ overflowX: "auto" }} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
