import { App, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { ErrorAlert } from "@/shared/components/error-alert";

/** As the server has it. */
const shortest = 10;

interface Fields {
  old: string;
  new: string;
  repeat: string;
}

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const change = $api.useMutation("post", "/api/session/password", {
    onSuccess: () => {
      message.success(t("access.password.changed"));
      onClose();
    },
  });
  const submit = ({ old, new: next }: Fields) => change.mutate({ body: { old, new: next } });
  return (
    <Modal
      open
      title={t("access.password.title")}
      okText={t("common.action.save")}
      cancelText={t("common.action.cancel")}
      confirmLoading={change.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      {change.error && <ErrorAlert error={change.error} />}
      <Form form={form} name="password" layout="vertical" onFinish={submit} requiredMark={false}>
        <Form.Item name="old" label={t("access.password.old")} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="new"
          label={t("access.password.new")}
          extra={t("access.password.rule", { count: shortest })}
          rules={[
            { required: true },
            { min: shortest, message: t("access.password.rule", { count: shortest }) },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="repeat"
          label={t("access.password.repeat")}
          dependencies={["new"]}
          rules={[
            { required: true },
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue("new")
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("access.password.mismatch"))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
