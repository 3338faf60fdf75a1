import { useTranslation } from "react-i18next";
import { formatNumber } from "@/shared/format/format";
import styles from "./fill-bar.module.css";

const nearlyFull = 0.9;

/** How full a group chat is: the counts, and a bar that says when to act. */
export function FillBar({ members, capacity }: { members: number; capacity: number }) {
  const { t } = useTranslation();
  const share = capacity > 0 ? Math.min(1, members / capacity) : 0;
  const tone = share >= 1 ? "full" : share >= nearlyFull ? "near" : "open";
  return (
    <span className={styles.fill} data-tone={tone} title={t("groupChats.capacityHint")}>
      <span className="tabular">
        {formatNumber(members)} / {formatNumber(capacity)}
      </span>
      <span className={styles.track} aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {tone !== "open" && <em>{t(tone === "full" ? "groupChats.full" : "groupChats.nearlyFull")}</em>}
    </span>
  );
}
