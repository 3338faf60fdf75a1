import { Collapse, Form, Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useCreatePath, useImportPath } from "@/shared/hooks/use-paths";
import { useShipped } from "@/shared/hooks/use-shipped";
import { type Choices, choicesOf, HopChoices, toHops } from "./hop-choices";
import styles from "./paths.module.css";

interface Values {
  name: string;
  template: string;
  yaml: string;
  hops?: Choices;
}

const imported = "yaml";

/** A path from one of the templates, or from YAML. */
export function PathFormDrawer({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const [form] = Form.useForm<Values>();
  const navigate = useNavigate();
  const create = useCreatePath();
  const take = useImportPath();
  const { data: templates = [] } = $api.useQuery("get", "/api/paths/templates", {});
  const template = Form.useWatch("template", form);
  const chosen = templates.find(({ key }) => key === template);

  const submit = async (values: Values) => {
    const path =
      values.template === imported
        ? await take.mutateAsync({ body: { yaml: values.yaml } })
        : await create.mutateAsync({
            body: {
              name: values.name,
              template: values.template,
              hops: toHops(chosen?.hops ?? [], values.hops ?? {}, shipped),
            },
          });
    void navigate(`/paths/${path.id}`);
  };

  return (
    <FormDrawer
      title={t("paths.new")}
      form={form}
      initialValues={{ template: "b2b", name: "", yaml: "" }}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item name="template" label={t("paths.form.template")}>
        <Radio.Group className={styles.templates}>
          {templates.map(({ key, name, text }) => (
            <Radio key={key} value={key}>
              <strong>{shipped(name)}</strong>
              <span className={styles.templateText}>{shipped(text)}</span>
            </Radio>
          ))}
          <Radio value={imported}>
            <strong>{t("paths.form.import")}</strong>
            <span className={styles.templateText}>{t("paths.form.importText")}</span>
          </Radio>
        </Radio.Group>
      </Form.Item>
      {template === imported ? (
        <Form.Item
          name="yaml"
          label="YAML"
          rules={[{ required: true, message: t("common.required", { label: "YAML" }) }]}
        >
          <Input.TextArea rows={14} maxLength={64_000} className={styles.yaml} />
        </Form.Item>
      ) : (
        <>
          <Form.Item
            name="name"
            label={t("paths.form.name")}
            rules={[
              {
                required: true,
                whitespace: true,
                message: t("common.required", { label: t("paths.form.name") }),
              },
            ]}
          >
            <Input maxLength={100} />
          </Form.Item>
          {chosen && (
            <Collapse
              ghost
              key={chosen.key}
              onChange={() => form.setFieldValue("hops", choicesOf(chosen.hops, shipped))}
              items={[{ key: "hops", label: t("paths.decideNow"), children: <HopChoices path={chosen} /> }]}
            />
          )}
        </>
      )}
    </FormDrawer>
  );
}
