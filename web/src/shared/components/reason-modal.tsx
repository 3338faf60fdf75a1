import { Flex, Form, Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorAlert } from "./error-alert";

interface Props {
  title: string;
  okText: string;
  /** Does it; the modal shows the error when it rejects. */
  onSubmit(reason: string): Promise<unknown>;
  onClose(): void;
  /** What it means. */
  children: ReactNode;
}

/** Asks for the reason of an act before it is done. */
export function ReasonModal({ title, okText, onSubmit, onClose, children }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ reason: string }>();
  const [error, setError] = useState<unknown>(null);
  const [saving, setSaving] = useState(false);
  const save = async ({ reason }: { reason: string }) => {
    setSaving(true);
    try {
      await onSubmit(reason);
      onClose();
    } catch (failed) {
      setError(failed);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText={t("common.action.cancel")}
      confirmLoading={saving}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Flex vertical gap={12}>
        <p>{children}</p>
        {error !== null && <ErrorAlert error={error} />}
        <Form form={form} layout="vertical" onFinish={save}>
          <Form.Item
            name="reason"
            label={t("form.reason")}
            rules={[{ required: true, whitespace: true, message: t("form.reasonMissing") }]}
          >
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} />
          </Form.Item>
        </Form>
      </Flex>
    </Modal>
  );
}
