import { TeamOutlined, WechatOutlined } from "@ant-design/icons";
import { Alert } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { Account } from "@/api/types";
import { CopyButton } from "@/shared/components/copy-button";
import { FailureText } from "@/shared/components/failure-text";
import { Moment } from "@/shared/components/moment";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import { formatNumber } from "@/shared/format/format";
import { AccountActions } from "./account-actions";
import { AccountTroubles } from "./account-troubles";
import styles from "./accounts.module.css";
import { ExistingLine } from "./existing-line";
import { StaffDrawer } from "./staff-drawer";

const tones: Record<Account["state"], Tone> = {
  unchecked: "warn",
  ready: "good",
  failed: "bad",
  disabled: "quiet",
};

function Credentials({ account }: { account: Account }) {
  const { t } = useTranslation();
  const kept = {
    secret: account.has_secret,
    callback_token: account.has_callback_token,
    aes_key: account.has_aes_key,
  };
  return (
    <ul className={styles.kept}>
      {(Object.keys(kept) as (keyof typeof kept)[]).map((key) => (
        <li key={key}>
          <StateDot tone={kept[key] ? "good" : "quiet"}>
            {t(`accounts.field.${account.kind}.${key}.label`)}{" "}
            {t(kept[key] ? "accounts.kept" : "accounts.missing")}
          </StateDot>
        </li>
      ))}
    </ul>
  );
}

function StaffLine({ account, onOpen }: { account: Account; onOpen(): void }) {
  const { t } = useTranslation();
  const params = { query: { account_id: account.id } };
  const staff = $api.useQuery("get", "/api/staff", { params });
  const all = staff.data?.length ?? 0;
  const enabled = staff.data?.filter(({ contact_enabled }) => contact_enabled).length ?? 0;
  return (
    <>
      <dt>{t("accounts.staff.title")}</dt>
      <dd>
        <button type="button" className={styles.plainLink} onClick={onOpen}>
          {staff.data ? t("accounts.staff.count", { count: all, enabled: formatNumber(enabled) }) : "…"}
        </button>
      </dd>
    </>
  );
}

function Facts({ account, onStaff }: { account: Account; onStaff(): void }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.facts}>
      <dt>{t(`accounts.field.${account.kind}.app_id.label`)}</dt>
      <dd>
        <code>{account.app_id}</code>
      </dd>
      <dt>{t("accounts.callbackUrl")}</dt>
      <dd>
        <span className={styles.url}>
          <code>{account.callback_url}</code>
          <CopyButton text={account.callback_url} size="small" />
        </span>
        <span className={styles.faint}>{t(`accounts.callbackHint.${account.kind}`)}</span>
      </dd>
      <dt>{t("accounts.credentials")}</dt>
      <dd>
        <Credentials account={account} />
      </dd>
      {account.kind === "wecom" && <StaffLine account={account} onOpen={onStaff} />}
      <ExistingLine account={account} />
      <dt>{t("accounts.apiBase")}</dt>
      <dd>
        <code>{account.api_base}</code>
      </dd>
    </dl>
  );
}

/** One owned account: what it is, whether it works, and what to do when it does not. */
export function AccountCard({ account, onEdit }: { account: Account; onEdit(): void }) {
  const { t } = useTranslation();
  const [staffOpen, setStaffOpen] = useState(false);
  return (
    <section className={`card ${styles.card}`} aria-labelledby={`account-${account.id}`}>
      <div className={styles.head}>
        <span className={styles.icon} data-kind={account.kind}>
          {account.kind === "wecom" ? <TeamOutlined /> : <WechatOutlined />}
        </span>
        <div className={styles.title}>
          <h2 id={`account-${account.id}`}>{account.name}</h2>
          <span className={styles.faint}>{t(`accounts.kind.${account.kind}`)}</span>
        </div>
        <div className={styles.state}>
          <StateDot tone={tones[account.state]}>{t(`accounts.state.${account.state}`)}</StateDot>
          {account.checked_at && (
            <span className={styles.faint}>
              {t("accounts.checkedAt")} <Moment at={account.checked_at} relative />
            </span>
          )}
        </div>
      </div>
      {account.failure && (
        <Alert
          type="error"
          showIcon
          className={styles.failure}
          title={<FailureText failure={account.failure} />}
        />
      )}
      <AccountTroubles account={account} />
      <Facts account={account} onStaff={() => setStaffOpen(true)} />
      <AccountActions account={account} onEdit={onEdit} onSynced={() => setStaffOpen(true)} />
      {staffOpen && <StaffDrawer account={account} onClose={() => setStaffOpen(false)} />}
    </section>
  );
}
