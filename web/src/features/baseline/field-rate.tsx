import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { percent } from "@/shared/components/path-strip/rate-text";
import { useShipped } from "@/shared/hooks/use-shipped";
import styles from "./baseline.module.css";
import type { Benchmark } from "./use-baseline";

/** The same quantity in the field; where it is from is told to whoever asks, by the keyboard too. */
export function FieldRate({ benchmark }: { benchmark: Benchmark | null }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  if (!benchmark) return null;
  return (
    <Tooltip title={shipped(benchmark.source)} trigger={["hover", "focus", "click"]}>
      <button type="button" className={styles.benchmark}>
        {t("baseline.benchmark", { rate: `${percent(benchmark.rate)}%` })}
      </button>
    </Tooltip>
  );
}
