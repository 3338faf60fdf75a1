import { ApiOutlined } from "@ant-design/icons";
import { Select, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { $api } from "@/api/client";
import { useSignedIn } from "@/api/session";
import type { Account, AccountKind } from "@/api/types";
import { EmptyState } from "@/shared/components/empty-state";
import { ErrorState } from "@/shared/components/error-state";
import { PageHead } from "@/shared/components/page-head";
import { type Known, ladder, type Rung, type Step, stateOf } from "./ladder";
import styles from "./ladder.module.css";
import { LadderStep } from "./ladder-step";
import { useExaminedAccounts, useMachine } from "./use-doctor";

const kinds: AccountKind[] = ["official_account", "wecom"];

function RungCard({ rung, knownOf }: { rung: Rung; knownOf(step: Step): Known }) {
  const { t } = useTranslation();
  const states = rung.steps.map((step) => stateOf(step, knownOf(step)));
  const done = states.filter((state) => state === "done").length;
  const all = states.filter((state) => state !== "manual").length;
  return (
    <section className={`card ${styles.rung}`} aria-labelledby={`rung-${rung.key}`}>
      <div className={styles.rungHead}>
        <span className={styles.badge} data-done={done === all}>
          {rung.key}
        </span>
        <div className={styles.rungWords}>
          <h2 id={`rung-${rung.key}`}>{t(`onboarding.rung.${rung.key}.title`)}</h2>
          <span className={styles.faint}>{t(`onboarding.rung.${rung.key}.text`)}</span>
        </div>
        <span className="tabular">
          {done} / {all}
        </span>
      </div>
      <ol className={styles.steps}>
        {rung.steps.map((step) => (
          <LadderStep key={step.key} step={step} known={knownOf(step)} />
        ))}
      </ol>
    </section>
  );
}

interface ChoiceProps {
  kind: AccountKind;
  accounts: Account[];
  chosen: Account | undefined;
  onChoose(id: number): void;
}

function AccountChoice({ kind, accounts, chosen, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  if (accounts.length < 2) return null;
  return (
    <Select
      aria-label={t(`accounts.kind.${kind}`)}
      value={chosen?.id}
      options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={onChoose}
    />
  );
}

/** The accounts the ladder is about, one of each kind: those of the address, else the first. */
function useChosen(all: Account[]) {
  const [query, setQuery] = useSearchParams();
  const of = (kind: AccountKind) => all.filter((account) => account.kind === kind);
  const chosen = (kind: AccountKind) =>
    of(kind).find(({ id }) => String(id) === query.get(kind)) ?? of(kind)[0];
  const choose = (kind: AccountKind, id: number) =>
    setQuery((before) => {
      before.set(kind, String(id));
      return before;
    });
  return { of, chosen, choose };
}

function Ladder() {
  const { t } = useTranslation();
  const accounts = $api.useQuery("get", "/api/accounts", {});
  const reports = useExaminedAccounts();
  const syncs = $api.useQuery("get", "/api/existing-people", {});
  const machine = useMachine();
  const scripts = $api.useQuery("get", "/api/scripts", {});
  const imports = $api.useQuery("get", "/api/imports", {});
  const { of, chosen, choose } = useChosen(accounts.data ?? []);
  const error = accounts.error ?? reports.error ?? syncs.error;
  if (error) return <ErrorState error={error} onRetry={() => void accounts.refetch()} />;
  if (!accounts.data || !reports.data || !syncs.data) return <Skeleton active />;
  const made = {
    scripts: (scripts.data ?? []).length > 0,
    imports: (imports.data?.items ?? []).some(({ state }) => state === "done"),
  };
  const knownOf = ({ kind, machine: check, made: what }: Step): Known => {
    const account = kind && chosen(kind);
    return {
      account,
      report: reports.data.find(({ account_id }) => account_id === account?.id),
      sync: syncs.data.find(({ account_id }) => account_id === account?.id),
      machine: check ? machine.data?.find((finding) => finding.check === check) : undefined,
      isMade: what && made[what],
    };
  };
  return (
    <>
      <div className={styles.bar}>
        <Link to="/settings/doctor">{t("onboarding.doctor")}</Link>
        <span className={styles.faint}>{t("onboarding.doctorHint")}</span>
        {kinds.map((kind) => (
          <AccountChoice
            key={kind}
            kind={kind}
            accounts={of(kind)}
            chosen={chosen(kind)}
            onChoose={(id) => choose(kind, id)}
          />
        ))}
      </div>
      <div className={styles.rungs}>
        {ladder.map((rung) => (
          <RungCard key={rung.key} rung={rung} knownOf={knownOf} />
        ))}
      </div>
    </>
  );
}

/** The ladder of connecting: every rung pays by itself, and says who must do what where. */
export function Page() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const isAdmin = user.role === "admin";
  return (
    <>
      <PageHead title={t("onboarding.title")} text={t("onboarding.text")} />
      {isAdmin ? (
        <Ladder />
      ) : (
        <EmptyState
          icon={<ApiOutlined />}
          title={t("shell.notAllowed.title")}
          text={t("shell.notAllowed.text")}
        />
      )}
    </>
  );
}
