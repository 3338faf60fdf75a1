import { Drawer, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { JourneyTemplate } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { JoinWaySelect } from "@/shared/components/join-way-select";
import { useShipped } from "@/shared/hooks/use-shipped";
import { Canvas } from "./canvas";
import { toDraft } from "./draft";
import styles from "./templates.module.css";
import { useViewParts } from "./use-editor";
import { useJourneysChanged } from "./use-journeys";

type Parameter = JourneyTemplate["parameters"][number];

interface Values {
  name: string;
  values: Record<string, string | number>;
}

function AccountSelect({ kind, ...field }: { kind: string; id?: string; value?: number }) {
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  const options = accounts
    .filter((account) => account.kind === kind)
    .map(({ id, name }) => ({ value: id, label: name }));
  return <Select {...field} options={options} />;
}

function ParameterItem({ parameter, wecom }: { parameter: Parameter; wecom: number | undefined }) {
  const { t } = useTranslation();
  const { key, kind } = parameter;
  const label = useShipped()(parameter.name);
  return (
    <Form.Item
      name={["values", key]}
      label={label}
      rules={[{ required: true, message: t("common.required", { label }) }]}
    >
      {kind === "text" && <Input.TextArea autoSize maxLength={4000} />}
      {kind === "join_way" && <JoinWaySelect accountId={wecom} />}
      {(kind === "wecom" || kind === "official_account") && <AccountSelect kind={kind} />}
    </Form.Item>
  );
}

function Flow({ template }: { template: JourneyTemplate }) {
  const { t } = useTranslation();
  const parts = useViewParts(toDraft(template.preview), undefined, []);
  return (
    <div className={styles.flow} role="img" aria-label={t("journeyTemplates.flow")}>
      <Canvas view={{ ...parts, selected: null, select: () => undefined }} />
    </div>
  );
}

interface Props {
  template: JourneyTemplate;
  mayWrite: boolean;
  onClose(): void;
}

/** A template as it flows, and what is filled in to make a draft of it. */
export function TemplateDrawer({ template, mayWrite, onClose }: Props) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const [form] = Form.useForm<Values>();
  const navigate = useNavigate();
  const changed = useJourneysChanged();
  const make = $api.useMutation("post", "/api/journey-templates/{key}", { onSuccess: changed });
  const wecom = Form.useWatch<number | undefined>(["values", "wecom"], form);
  if (!mayWrite)
    return (
      <Drawer open title={shipped(template.name)} onClose={onClose} size="large">
        <Flow template={template} />
      </Drawer>
    );
  const words = template.parameters.filter(({ value }) => value !== "");
  const submit = async (values: Values) => {
    const made = await make.mutateAsync({ params: { path: { key: template.key } }, body: values });
    void navigate(`/journeys/${made.id}`);
  };
  return (
    <FormDrawer<Values>
      title={shipped(template.name)}
      form={form}
      initialValues={{
        name: shipped(template.name),
        values: Object.fromEntries(words.map(({ key, value }) => [key, shipped(value)])),
      }}
      onSubmit={submit}
      onClose={onClose}
      submitText={t("journeyTemplates.make")}
      aside={<Flow template={template} />}
    >
      <p className={styles.text}>{shipped(template.text)}</p>
      <Form.Item
        name="name"
        label={t("journeys.column.name")}
        rules={[{ required: true, message: t("common.required", { label: t("journeys.column.name") }) }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      {template.parameters.map((parameter) => (
        <ParameterItem key={parameter.key} parameter={parameter} wecom={wecom} />
      ))}
    </FormDrawer>
  );
}
