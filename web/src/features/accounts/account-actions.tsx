import {
  ApiOutlined,
  DeleteOutlined,
  EditOutlined,
  EllipsisOutlined,
  PoweroffOutlined,
  SyncOutlined,
} from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
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

function useSwitch(account: Account): () => void {
  const showError = useShowError();
  const update = useUpdateAccount();
  const params = { path: { account_id: account.id } };
  const enabled = account.state === "disabled";
  return () => update.mutate({ params, body: { enabled } }, { onError: showError });
}

function MoreMenu({ account }: { account: Account }) {
  const { t } = useTranslation();
  const disconnect = useDisconnect(account);
  const flip = useSwitch(account);
  const items = [
    {
      key: "switch",
      icon: <PoweroffOutlined />,
      label: t(account.state === "disabled" ? "accounts.enable" : "accounts.disable"),
      onClick: flip,
    },
    {
      key: "delete",
      danger: true,
      icon: <DeleteOutlined />,
      label: t("common.action.delete"),
      onClick: disconnect,
    },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items }} placement="bottomRight">
      <Button
        type="text"
        icon={<EllipsisOutlined />}
        aria-label={t("common.action.more")}
        aria-haspopup="menu"
      />
    </Dropdown>
  );
}

export function AccountActions({ account, onEdit, onSynced }: Props) {
  const { t } = useTranslation();
  if (!useMayManage()) return null;
  return (
    <div className={styles.actions}>
      <CheckButton account={account} />
      {account.kind === "wecom" && <SyncButton account={account} onSynced={onSynced} />}
      <Button icon={<EditOutlined />} onClick={onEdit}>
        {t("common.action.edit")}
      </Button>
      <span className={styles.space} />
      <MoreMenu account={account} />
    </div>
  );
}
