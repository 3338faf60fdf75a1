import { useTranslation } from "react-i18next";
import styles from "./loop-picture.module.css";

const stages = ["attention", "contact", "lead", "sale", "content"] as const;
const centre = 180;
const radius = 118;

function place(index: number, distance: number) {
  const angle = (index / stages.length) * 2 * Math.PI - Math.PI / 2;
  return { x: centre + distance * Math.cos(angle), y: centre + distance * Math.sin(angle) };
}

/** The closed loop the product is about: from attention to sale, and back through content. */
export function LoopPicture() {
  const { t } = useTranslation();
  return (
    <svg viewBox="0 0 360 360" className={styles.picture} aria-hidden="true">
      <circle cx={centre} cy={centre} r={radius + 44} className={styles.halo} />
      <circle cx={centre} cy={centre} r={radius} className={styles.track} />
      <circle cx={centre} cy={centre} r={radius} className={styles.flow} pathLength={100} />
      {stages.map((stage, index) => {
        const { x, y } = place(index, radius);
        return (
          <g key={stage} className={styles.stage} style={{ animationDelay: `${index * 1.6}s` }}>
            <circle cx={x} cy={y} r={31} className={styles.disc} />
            <text x={x} y={y} className={styles.word}>
              {t(`access.login.loop.${stage}`)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
