import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { CopyButton } from "@/shared/components/copy-button";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import { findingsOf, type Known, type Step, type StepState, stateOf, valueToType } from "./ladder";
import styles from "./ladder.module.css";
import { useDoctorText } from "./use-doctor";
import { VerifyFiles } from "./verify-files";

const tones: Record<StepState, Tone> = {
  done: "good",
  problem: "bad",
  open: "warn",
  todo: "quiet",
  manual: "quiet",
};

/** A text for whoever must do it. It holds what they must type, and no secret. */
function usePassOnText(step: Step, known: Known): string {
  const { t } = useTranslation();
  const lines = [
    t("onboarding.passOn.please", {
      who: step.who.map((who) => t(`onboarding.who.${who}`)).join(t("onboarding.passOn.and")),
      title: t(`onboarding.step.${step.key}.title`),
    }),
    `${t("onboarding.passOn.where")} ${t(`onboarding.step.${step.key}.text`)}`,
    ...(step.copied ?? []).flatMap((copied) => {
      const value = valueToType(copied, known);
      return value ? [`${t(`onboarding.copied.${copied}`)}: ${value}`] : [];
    }),
    ...(step.secrets ? [t("onboarding.passOn.secrets")] : []),
    t("onboarding.passOn.after"),
  ];
  return lines.join("\n");
}

/** What the doctor says of a step that does not stand well. */
function Trouble({ step, known }: { step: Step; known: Known }) {
  const say = useDoctorText();
  const found = findingsOf(step, known).filter(({ state }) => state === "problem");
  return found.map((finding) => (
    <span key={finding.check} className={styles.trouble}>
      {say(finding.cause)}
    </span>
  ));
}

/** Who opened the sidebar and when: nobody else can tell whether it works. */
function Opened({ step, known }: { step: Step; known: Known }) {
  const say = useDoctorText();
  return findingsOf(step, known).map(({ check, cause }) => (
    <span key={check} className={styles.faint}>
      {say(cause)}
    </span>
  ));
}

function Values({ step, known }: { step: Step; known: Known }) {
  const { t } = useTranslation();
  const isDone = stateOf(step, known) === "done";
  return step.copied?.map((copied) => {
    const value = valueToType(copied, known);
    if (!value && isDone) return null;
    return (
      <span key={copied} className={styles.value}>
        <span className={styles.faint}>{t(`onboarding.copied.${copied}`)}</span>
        {value ? (
          <>
            <code>{value}</code>
            <CopyButton text={value} size="small" />
          </>
        ) : (
          <span className={styles.faint}>{t(`onboarding.unknown.${copied}`)}</span>
        )}
      </span>
    );
  });
}

export function LadderStep({ step, known }: { step: Step; known: Known }) {
  const { t } = useTranslation();
  const state = stateOf(step, known);
  const text = usePassOnText(step, known);
  const outside = step.who.some((who) => who !== "us");
  return (
    <li className={styles.step} data-state={state}>
      <StateDot tone={tones[state]}>{t(`onboarding.state.${state}`)}</StateDot>
      <div className={styles.words}>
        <span className={styles.stepTitle}>
          {t(`onboarding.step.${step.key}.title`)}
          {step.who.map((who) => (
            <Tag key={who} className={styles.who}>
              {t(`onboarding.who.${who}`)}
            </Tag>
          ))}
        </span>
        <span className={styles.text}>{t(`onboarding.step.${step.key}.text`)}</span>
        <Values step={step} known={known} />
        <Trouble step={step} known={known} />
        {step.key === "verifyFile" && <VerifyFiles />}
        {step.key === "sidebar" && <Opened step={step} known={known} />}
      </div>
      <div className={styles.acts}>
        {step.to && <Link to={step.to}>{t("onboarding.open")}</Link>}
        {outside && <CopyButton text={text} size="small" label={t("onboarding.passOn.button")} />}
      </div>
    </li>
  );
}
