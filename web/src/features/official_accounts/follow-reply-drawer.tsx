import { App, Form, Select, Skeleton } from "antd";
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

/** What an account answers to new followers whom no code answers. */
export function FollowReplyDrawer({ accounts, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<FollowReply>();
  const [accountId, setAccountId] = useState(accounts[0]?.id ?? 0);
  const params = { path: { account_id: accountId } };
  const { data } = $api.useQuery("get", "/api/follow-replies/{account_id}", { params });
  const write = useWriteFollowReply();
  const save = async ({ text = "" }: FollowReply) => {
    await write.mutateAsync({ params, body: { text } });
    message.success(t("sceneQrs.form.saved"));
  };
  return (
    <FormDrawer<FollowReply>
      key={`${accountId} ${data === undefined}`}
      title={t("sceneQrs.followReply.title")}
      form={form}
      initialValues={{ text: data?.text ?? "" }}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item label={t("sceneQrs.form.account")}>
        <Select
          value={accountId}
          onChange={setAccountId}
          options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      {data === undefined ? (
        <Skeleton active />
      ) : (
        <MessageField
          name="text"
          label={t("sceneQrs.followReply.label")}
          hint={t("sceneQrs.followReply.hint")}
        />
      )}
    </FormDrawer>
  );
}
