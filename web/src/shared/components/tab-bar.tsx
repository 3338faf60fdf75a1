import styles from "./tab-bar.module.css";

interface Props<Key extends string> {
  label: string;
  tabs: { key: Key; label: string }[];
  active: Key;
  onChange(key: Key): void;
}

/** A choice between views of one list; it scrolls sideways where it does not fit. */
export function TabBar<Key extends string>({ label, tabs, active, onChange }: Props<Key>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's
    <div role="group" aria-label={label} className={styles.bar}>
      {tabs.map((tab) => (
        <button
          key={tab.key}
          type="button"
          className={styles.tab}
          aria-pressed={tab.key === active}
          onClick={() => onChange(tab.key)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
