import { useQueryClient } from "@tanstack/react-query";
import { App, DatePicker, Form, Input, InputNumber, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { NotedValue } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";

type Given = string | number | boolean | Dayjs | null | undefined;
type Form_ = Record<string, Given>;

const day = "YYYY-MM-DD";

function toForm({ type, value }: NotedValue): Given {
  return type === "date" && typeof value === "string" ? dayjs(value, day) : value;
}

function toPlain(given: Given): string | number | boolean | null {
  if (given === undefined || given === null || given === "") return null;
  return dayjs.isDayjs(given) ? given.format(day) : given;
}

function Editor({ attribute, ...rest }: { attribute: NotedValue }) {
  const { t } = useTranslation();
  const yesNo = [
    { value: true, label: t("persons.notes.yes") },
    { value: false, label: t("persons.notes.no") },
  ];
  switch (attribute.type) {
    case "number":
      return <InputNumber {...rest} style={{ width: "100%" }} />;
    case "date":
      return <DatePicker {...rest} style={{ width: "100%" }} />;
    case "flag":
      return <Select {...rest} allowClear options={yesNo} />;
    case "choice":
      return (
        <Select {...rest} allowClear options={attribute.choices.map((value) => ({ value, label: value }))} />
      );
    default:
      return <Input {...rest} allowClear maxLength={500} />;
  }
}

interface Props {
  personId: string;
  values: NotedValue[];
  onClose(): void;
}

/** Sets attributes of a person by hand; only what was changed is sent. */
export function ValuesDrawer({ personId, values, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Form_>();
  const set = $api.useMutation("put", "/api/persons/{person_id}/values", {
    onSuccess: () => invalidateTopic(queries, "attributes"),
  });
  const save = async (given: Form_) => {
    const changed = values
      .map(({ key, value }) => [key, toPlain(given[key]), value] as const)
      .filter(([, next, before]) => next !== before);
    if (changed.length > 0) {
      const body = { values: Object.fromEntries(changed.map(([key, next]) => [key, next])) };
      await set.mutateAsync({ params: { path: { person_id: personId } }, body });
      message.success(t("attributes.saved"));
    }
  };
  return (
    <FormDrawer<Form_>
      title={t("persons.notes.edit")}
      form={form}
      initialValues={Object.fromEntries(values.map((value) => [value.key, toForm(value)]))}
      onSubmit={save}
      onClose={onClose}
    >
      {values.map((attribute) => (
        <Form.Item key={attribute.key} name={attribute.key} label={attribute.name}>
          <Editor attribute={attribute} />
        </Form.Item>
      ))}
    </FormDrawer>
  );
}
