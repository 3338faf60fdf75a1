import { Form, Input, Radio, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api, client } from "@/api/client";
import { FormDrawer } from "@/shared/components/form-drawer";
import styles from "./journeys.module.css";
import { at, useCreateJourney } from "./use-journeys";

interface Values {
  name: string;
  from: "empty" | "copy";
  journey?: number;
}

const emptyDraft = { nodes: [{ id: "end", type: "end" }] };
const offered = 50;

/** A new journey: empty, or as another one is. */
export function JourneyFormDrawer({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const navigate = useNavigate();
  const create = useCreateJourney();
  const [search, setSearch] = useState("");
  const others = $api.useQuery("get", "/api/journeys", { params: { query: { search, size: offered } } });
  const from = Form.useWatch("from", form);

  const submit = async ({ name, journey }: Values) => {
    const found = journey ? (await client.GET("/api/journeys/{journey_id}", at(journey))).data : undefined;
    const made = await create.mutateAsync({ body: { name, draft: found?.draft ?? emptyDraft } });
    void navigate(`/journeys/${made.id}`);
  };
  const required = (label: string) => [{ required: true, message: t("common.required", { label }) }];

  return (
    <FormDrawer
      title={t("journeys.new")}
      form={form}
      initialValues={{ name: "", from: "empty" }}
      onSubmit={submit}
      onClose={onClose}
      submitText={t("journeys.create")}
    >
      <Form.Item name="name" label={t("journeys.column.name")} rules={required(t("journeys.column.name"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="from" label={t("journeys.form.from")}>
        <Radio.Group className={styles.choices}>
          <Radio value="empty">{t("journeys.form.empty")}</Radio>
          <Radio value="copy">{t("journeys.form.copy")}</Radio>
        </Radio.Group>
      </Form.Item>
      {from === "copy" && (
        <Form.Item
          name="journey"
          label={t("journeys.form.copied")}
          rules={required(t("journeys.form.copied"))}
        >
          <Select
            showSearch={{ filterOption: false, onSearch: setSearch }}
            options={others.data?.items.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      )}
    </FormDrawer>
  );
}
