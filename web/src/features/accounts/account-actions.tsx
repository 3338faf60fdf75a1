import { ApiOutlined, DeleteOutlined, EditOutlined, SyncOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Account } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { useFailureText } from "@/shared/hooks/use-failure-text";
import styles from "./accounts.module.css";
import {
  useCheckAccount,
  useDeleteAccount,
  useMayManage,
  useSyncStaff,
  useUpdateAccount,
} from "./use-accounts";

interface Props {
  account: Account;
  onEdit(): void;
  onSynced(): void;
}

function useShowError(): (error: unknown) => void {
  const { message } = App.useApp();
  const errorText = useErrorText();
  return (error) => {
    const { title, fix } = errorText(error);
    message.error(`${title} ${fix}`);
  };
}

/** A real round trip to the platform, with its answer in words. */
function CheckButton({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const showError = useShowError();
  const check = useCheckAccount();
  const tell = (checked: Account) => {
    if (checked.failure) message.error(failureText(checked.failure).cause);
    else message.success(t("accounts.checkOk"));
  };
  const run = () =>
    check.mutate({ params: { path: { account_id: account.id } } }, { onSuccess: tell, onError: showError });
  return (
    <Button
      icon={<ApiOutlined />}
      loading={check.isPending}
      disabled={account.state === "disabled"}
      onClick={run}
    >
      {t("accounts.check")}
    </Button>
  );
}

function SyncButton({ account, onSynced }: { account: Account; onSynced(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showError = useShowError();
  const sync = useSyncStaff();
  const run = () =>
    sync.mutate(
      { params: { path: { account_id: account.id } } },
      {
        onSuccess: ({ synced }) => {
          message.success(t("accounts.staff.synced", { count: synced }));
          onSynced();
        },
        onError: showError,
      },
    );
  return (
    <Button
      icon={<SyncOutlined />}
      loading={sync.isPending}
      disabled={account.state === "disabled"}
      onClick={run}
    >
      {t("accounts.staff.sync")}
    </Button>
  );
}

function useDisconnect(account: Account): () => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const showError = useShowError();
  const remove = useDeleteAccount();
  return () =>
    modal.confirm({
      title: t("accounts.delete.title", { name: account.name }),
      content: t("accounts.delete.text"),
      okText: t("common.action.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: () => remove.mutateAsync({ params: { path: { account_id: account.id } } }).catch(showError),
    });
}

function SwitchButton({ account }: { account: Account }) {
  const { t } = useTranslation();
  const showError = useShowError();
  const update = useUpdateAccount();
  const enabled = account.state === "disabled";
  const run = () =>
    update.mutate(
      { params: { path: { account_id: account.id } }, body: { enabled } },
      { onError: showError },
    );
  return (
    <Button type="text" loading={update.isPending} onClick={run}>
      {t(enabled ? "accounts.enable" : "accounts.disable")}
    </Button>
  );
}

export function AccountActions({ account, onEdit, onSynced }: Props) {
  const { t } = useTranslation();
  const disconnect = useDisconnect(account);
  if (!useMayManage()) return null;
  return (
    <div className={styles.actions}>
      <CheckButton account={account} />
      {account.kind === "wecom" && <SyncButton account={account} onSynced={onSynced} />}
      <Button icon={<EditOutlined />} onClick={onEdit}>
        {t("common.action.edit")}
      </Button>
      <span className={styles.space} />
      <SwitchButton account={account} />
      <Button
        type="text"
        danger
        icon={<DeleteOutlined />}
        aria-label={t("common.action.delete")}
        onClick={disconnect}
      />
    </div>
  );
}
