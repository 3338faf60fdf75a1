import { formatNumber } from "@/shared/format/format";
import styles from "./imports.module.css";

export interface Figure {
  key: string;
  label: string;
  value: number;
}

export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <dl className={styles.figures}>
      {figures.map(({ key, label, value }) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd className="tabular">{formatNumber(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
