import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ContactStanding } from "@/api/types";
import { ErrorAlert } from "@/shared/components/error-alert";
import { useNoteContact } from "./use-persons";

export type ContactAct = ContactStanding["entries"][number]["act"];

/** Notes an opt-out, a complaint, or the end of one: with its reason, which stays in the ledger. */
export function ContactNoteModal(props: { personId: string; act: ContactAct; onClose(): void }) {
  const { personId, act, onClose } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ reason: string }>();
  const [error, setError] = useState<unknown>(null);
  const note = useNoteContact(personId);
  const save = async ({ reason }: { reason: string }) => {
    try {
      await note.mutateAsync({ params: { path: { person_id: personId } }, body: { act, reason } });
      message.success(t("persons.contact.noted"));
      onClose();
    } catch (failed) {
      setError(failed);
    }
  };
  return (
    <Modal
      open
      title={t(`persons.contact.do.${act}`)}
      okText={t("common.action.save")}
      cancelText={t("common.action.cancel")}
      confirmLoading={note.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p>{t(`persons.contact.means.${act}`)}</p>
      {error !== null && <ErrorAlert error={error} />}
      <Form form={form} layout="vertical" onFinish={save}>
        <Form.Item
          name="reason"
          label={t("persons.contact.reason")}
          rules={[{ required: true, whitespace: true, message: t("persons.contact.reasonMissing") }]}
        >
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
