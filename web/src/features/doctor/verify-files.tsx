import { DeleteOutlined, PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import { CopyButton } from "@/shared/components/copy-button";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./ladder.module.css";

interface Values {
  name: string;
  content: string;
}

/** Nothing larger is read into the form: a real file holds some sixteen characters. */
const maxBytes = 1024;
const namePattern = /^\s*(WW|MP)_verify_[A-Za-z0-9]{4,64}\.txt\s*$/;

function useSettled() {
  const queries = useQueryClient();
  return { onSettled: () => invalidateTopic(queries, "verify_files") };
}

function AddFile({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const put = $api.useMutation("put", "/api/verify-files/{file_name}", useSettled());
  const read = async (file: File) =>
    form.setFieldsValue({ name: file.name, content: (await file.slice(0, maxBytes).text()).trim() });
  return (
    <FormDrawer<Values>
      title={t("onboarding.files.title")}
      form={form}
      initialValues={{ name: "", content: "" }}
      onClose={onClose}
      onSubmit={({ name, content }) =>
        put.mutateAsync({ params: { path: { file_name: name.trim() } }, body: { content } })
      }
    >
      <Form.Item extra={t("onboarding.files.uploadHint")}>
        <Upload
          accept=".txt"
          showUploadList={false}
          beforeUpload={(file) => {
            void read(file);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />}>{t("onboarding.files.upload")}</Button>
        </Upload>
      </Form.Item>
      <Form.Item
        name="name"
        label={t("onboarding.files.name")}
        rules={[{ required: true, pattern: namePattern, message: t("onboarding.files.nameRule") }]}
      >
        <Input placeholder="WW_verify_xxxxxxxxxxxxxxxx.txt" autoComplete="off" />
      </Form.Item>
      <Form.Item name="content" label={t("onboarding.files.content")} rules={[{ required: true }]}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} maxLength={maxBytes} />
      </Form.Item>
    </FormDrawer>
  );
}

function useRemove() {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const errorText = useErrorText();
  const remove = $api.useMutation("delete", "/api/verify-files/{file_name}", {
    ...useSettled(),
    onError: (error: unknown) => {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    },
  });
  return (name: string) =>
    void modal.confirm({
      title: t("onboarding.files.deleteTitle", { name }),
      content: t("onboarding.files.deleteText"),
      okText: t("onboarding.files.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: () => remove.mutate({ params: { path: { file_name: name } } }),
    });
}

/** The files at the root of our address by which platforms see that the domain is ours. */
export function VerifyFiles() {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const files = $api.useQuery("get", "/api/verify-files", {});
  const remove = useRemove();
  return (
    <>
      {files.data?.map(({ name, url }) => (
        <span key={name} className={styles.value}>
          <a href={url} target="_blank" rel="noreferrer">
            <code>{name}</code>
          </a>
          <CopyButton text={url} size="small" />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("onboarding.files.deleteTitle", { name })}
            onClick={() => remove(name)}
          />
        </span>
      ))}
      <span className={styles.value}>
        <Button size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t("onboarding.files.add")}
        </Button>
      </span>
      {adding && <AddFile onClose={() => setAdding(false)} />}
    </>
  );
}
