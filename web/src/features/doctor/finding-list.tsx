import { Tag } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { DoctorFinding } from "@/api/types";
import { CopyButton } from "@/shared/components/copy-button";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import styles from "./doctor.module.css";
import { useDoctorText } from "./use-doctor";

const tones: Record<DoctorFinding["state"], Tone> = { good: "good", problem: "bad", open: "quiet" };

export function toneOf(finding: DoctorFinding): Tone {
  return finding.outcome === "waiting" ? "busy" : tones[finding.state];
}

interface Props {
  findings: DoctorFinding[];
  /** More about one check, at the end of its line. */
  more?: (finding: DoctorFinding) => ReactNode;
}

/** One line a check: how it stands, why, what to do, and what to take along. */
export function FindingList({ findings, more }: Props) {
  const { t } = useTranslation();
  const say = useDoctorText();
  return (
    <ul className={styles.findings}>
      {findings.map((finding) => (
        <li key={finding.check} data-state={finding.state}>
          <span className={styles.check}>
            <StateDot tone={toneOf(finding)}>
              {say(finding.title)}
              <span className="visually-hidden"> {t(`doctor.state.${finding.state}`)}</span>
            </StateDot>
          </span>
          <div className={styles.words}>
            <span>{say(finding.cause)}</span>
            {finding.fix && <span className={styles.fix}>{say(finding.fix)}</span>}
            {finding.copy_text && (
              <span className={styles.copy}>
                <code>{finding.copy_text}</code>
                <CopyButton text={finding.copy_text} size="small" />
              </span>
            )}
          </div>
          <div className={styles.side}>
            {finding.errcode !== 0 && <Tag className={styles.code}>{finding.errcode}</Tag>}
            {more?.(finding)}
          </div>
        </li>
      ))}
    </ul>
  );
}
