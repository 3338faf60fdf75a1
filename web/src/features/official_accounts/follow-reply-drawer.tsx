import { App, Form, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { Account, FollowReply } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { MessageField } from "./message-field";
import { useWriteFollowReply } from "./use-official-accounts";

interface Props {
  accounts: Account[];
  onClose(): void;
}

interface OfOneProps extends Props {
  accountId: number;
  reply: FollowReply;
  onAccount(id: number): void;
}

/** A form of its own: what another one held stays out of it. */
function OfOne({ accounts, accountId, reply, onAccount, onClose }: OfOneProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<FollowReply>();
  const write = useWriteFollowReply();
  const save = async ({ text = "" }: FollowReply) => {
    await write.mutateAsync({ params: { path: { account_id: accountId } }, body: { text } });
    message.success(t("sceneQrs.form.saved"));
  };
  return (
    <FormDrawer<FollowReply>
      title={t("sceneQrs.followReply.title")}
      form={form}
      initialValues={reply}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item label={t("sceneQrs.form.account")}>
        <Select
          value={accountId}
          onChange={onAccount}
          options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <MessageField
        name="text"
        label={t("sceneQrs.followReply.label")}
        hint={t("sceneQrs.followReply.hint")}
      />
    </FormDrawer>
  );
}

/** What an account answers to new followers whom no code answers. */
export function FollowReplyDrawer({ accounts, onClose }: Props) {
  const [accountId, setAccountId] = useState(accounts[0]?.id ?? 0);
  const params = { path: { account_id: accountId } };
  const { data } = $api.useQuery("get", "/api/follow-replies/{account_id}", { params });
  if (data === undefined) return null;
  return (
    <OfOne
      key={accountId}
      accounts={accounts}
      accountId={accountId}
      reply={data}
      onAccount={setAccountId}
      onClose={onClose}
    />
  );
}
