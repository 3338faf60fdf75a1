import { CheckOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSignedIn } from "@/api/session";
import type { Overview } from "@/api/types";
import styles from "./overview.module.css";

const places = {
  wecom: "/settings/accounts",
  official_account: "/settings/accounts",
  staff: "/settings/accounts",
  source: "/sources",
  person: "/persons",
  welcome: "/persons",
} as const;

type Step = keyof typeof places;

function isStep(key: string): key is Step {
  return key in places;
}

/** The share that is done, drawn as the loop that closes. */
function Ring({ done, all }: { done: number; all: number }) {
  return (
    <svg viewBox="0 0 64 64" className={styles.ring} aria-hidden="true">
      <circle cx="32" cy="32" r="26" className={styles.ringTrack} />
      <circle
        cx="32"
        cy="32"
        r="26"
        className={styles.ringDone}
        pathLength={100}
        strokeDasharray={`${(done / Math.max(all, 1)) * 100} 100`}
        visibility={done === 0 ? "hidden" : undefined}
      />
      <text x="32" y="33" className={styles.ringText}>
        {done}/{all}
      </text>
    </svg>
  );
}

interface StepState {
  key: Step;
  done: boolean;
}

function Steps({ steps, next }: { steps: StepState[]; next: StepState | undefined }) {
  const { t } = useTranslation();
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => (
        <li key={step.key} data-state={step.done ? "done" : step === next ? "next" : "later"}>
          <span className={styles.tick}>{step.done ? <CheckOutlined /> : index + 1}</span>
          <span>
            <span className={styles.stepTitle}>
              {t(`overview.step.${step.key}.title`)}
              {step.done && <span className="visually-hidden"> {t("overview.onboarding.done")}</span>}
            </span>
            {step === next && (
              <>
                <span className={styles.stepText}>{t(`overview.step.${step.key}.text`)}</span>
                <Link to={places[step.key]}>{t(`overview.step.${step.key}.action`)}</Link>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What must be set up, in order; each step ticks itself from the data. */
export function Onboarding({ checklist }: { checklist: Overview["checklist"] }) {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const steps = checklist.flatMap(({ key, done }) => (isStep(key) ? [{ key, done }] : []));
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="onboarding-title">
      <div className={styles.onboardingHead}>
        <Ring done={done} all={steps.length} />
        <div>
          <h2 id="onboarding-title">{t("overview.onboarding.title")}</h2>
          <p className={styles.faint}>
            {t(next ? "overview.onboarding.text" : "overview.onboarding.complete")}{" "}
            {user.role === "admin" && (
              <Link to="/settings/onboarding">{t("overview.onboarding.ladder")}</Link>
            )}
          </p>
        </div>
      </div>
      {next === undefined ? (
        <details className={styles.finished}>
          <summary>{t("overview.onboarding.show")}</summary>
          <Steps steps={steps} next={next} />
        </details>
      ) : (
        <Steps steps={steps} next={next} />
      )}
    </section>
  );
}
