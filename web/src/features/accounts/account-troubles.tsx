import { Alert, App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { ReasonModal } from "@/shared/components/reason-modal";
import { formatNumber } from "@/shared/format/format";
import styles from "./accounts.module.css";
import { useLiftBrake, useMayManage } from "./use-accounts";

type Trouble = Account["troubles"][number];
type Brake = Trouble & { what: "leaving" | "complaining" };

const isBrake = (trouble: Trouble): trouble is Brake =>
  trouble.what === "leaving" || trouble.what === "complaining";

/** Ends it early: an administrator answers for it, with the reason. */
function LiftButton({ account, what }: { account: Account; what: Brake["what"] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const lift = useLiftBrake();
  const run = async (reason: string) => {
    await lift.mutateAsync({ params: { path: { account_id: account.id, what } }, body: { reason } });
    message.success(t("accounts.lift.done"));
  };
  return (
    <>
      <Button size="small" className={styles.lift} onClick={() => setAsking(true)}>
        {t("accounts.lift.action")}
      </Button>
      {asking && (
        <ReasonModal
          title={t("accounts.lift.title", { name: account.name })}
          okText={t("accounts.lift.action")}
          onSubmit={run}
          onClose={() => setAsking(false)}
        >
          {t("accounts.lift.text")}
        </ReasonModal>
      )}
    </>
  );
}

function Explanation({ trouble }: { trouble: Trouble }) {
  const { t } = useTranslation();
  if (!isBrake(trouble)) return t(`accounts.trouble.${trouble.what as "blocked"}.fix`);
  const figures = { lately: formatNumber(trouble.lately), usual: formatNumber(trouble.usual) };
  return (
    <>
      <p>{t(`accounts.trouble.${trouble.what}.figures`, figures)}</p>
      {trouble.off_until === null ? (
        <p>{t("accounts.lift.fix")}</p>
      ) : (
        <p>
          {t("accounts.lift.until")} <Moment at={trouble.off_until} />
        </p>
      )}
    </>
  );
}

function TroubleAlert({ account, trouble }: { account: Account; trouble: Trouble }) {
  const { t, i18n } = useTranslation();
  const mayManage = useMayManage();
  const { what, capability, errcode, reason, since } = trouble;
  const command = i18n.exists(`command.${capability}`)
    ? t(`command.${capability as "SendWelcome"}`)
    : capability;
  const stands = trouble.off_until === null;
  return (
    <Alert
      type={stands ? "warning" : "info"}
      showIcon
      className={styles.failure}
      title={
        <>
          {!stands && isBrake(trouble)
            ? t(`accounts.trouble.${trouble.what}.lifted`)
            : t(`accounts.trouble.${what}.title`, { command })}{" "}
          · <Moment at={since} />
        </>
      }
      description={
        <>
          <Explanation trouble={trouble} />
          {errcode !== 0 && (
            <small className={styles.faint}>
              {" "}
              {errcode} {reason}
            </small>
          )}
          {stands && mayManage && isBrake(trouble) && <LiftButton account={account} what={trouble.what} />}
        </>
      }
    />
  );
}

/** What stands in an account's way, and what was ended early. */
export function AccountTroubles({ account }: { account: Account }) {
  return account.troubles.map((trouble) => (
    <TroubleAlert key={`${trouble.what} ${trouble.capability}`} account={account} trouble={trouble} />
  ));
}
