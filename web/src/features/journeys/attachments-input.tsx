import { Form } from "antd";
import { useEffect } from "react";
import type { Attachment } from "@/api/types";
import { AttachmentFields } from "@/shared/components/contact-way/attachment-fields";
import { canonical } from "./canonical";
import type { InputProps } from "./field-inputs";
import { asList } from "./list-inputs";

interface Values {
  account_id?: number | undefined;
  welcome: { attachments: Attachment[] };
}

/** What is left empty is not there. */
const filledIn = (attachment: Attachment) =>
  Object.fromEntries(Object.entries(attachment).filter(([, value]) => value !== "" && value !== null));

/** What follows a welcome's text, as contact ways have it: a form of its own within that of the step. */
export function AttachmentsInput({ value, onChange, draft }: InputProps) {
  const [form] = Form.useForm<Values>();
  const accounts = new Set(asList(draft.entry?.events).map(({ account_id }) => account_id));
  const [account] = accounts.size === 1 ? accounts : [];
  const given = canonical(value ?? []);
  useEffect(() => {
    const shown = form.getFieldValue(["welcome", "attachments"]) as Attachment[] | undefined;
    if (canonical((shown ?? []).map(filledIn)) !== given)
      form.setFieldsValue({ welcome: { attachments: JSON.parse(given) } });
  }, [form, given]);
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      component={false}
      initialValues={{ account_id: account, welcome: { attachments: value ?? [] } }}
      onValuesChange={(_, { welcome }) => {
        const list = (welcome?.attachments ?? []).filter(Boolean).map(filledIn);
        onChange(list.length > 0 ? list : undefined);
      }}
    >
      <AttachmentFields />
    </Form>
  );
}
