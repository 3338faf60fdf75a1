import { Drawer, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import type { Account, JourneyTemplate } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { JoinWaySelect } from "@/shared/components/join-way-select";
import { useShipped } from "@/shared/hooks/use-shipped";
import { Canvas } from "./canvas";
import { type NodeData, toDraft } from "./draft";
import styles from "./templates.module.css";
import { useViewParts } from "./use-editor";
import { useJourneysChanged } from "./use-journeys";

type Parameter = JourneyTemplate["parameters"][number];

interface Values {
  name: string;
  values: Record<string, string | number>;
}

const isAccount = (kind: Parameter["kind"]) => kind === "wecom" || kind === "official_account";

interface ItemProps {
  parameter: Parameter;
  accounts: readonly Account[];
  wecom: number | undefined;
}

function ParameterItem({ parameter, accounts, wecom }: ItemProps) {
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
      {isAccount(kind) && (
        <Select
          options={accounts
            .filter((account) => account.kind === kind)
            .map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
    </Form.Item>
  );
}

function Flow({ template }: { template: JourneyTemplate }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const draft = toDraft(template.preview);
  const told = (node: NodeData): NodeData => {
    const said = Object.entries(node).map(([name, value]) => [
      name,
      typeof value === "string" ? shipped(value) : value,
    ]);
    return Object.fromEntries(said);
  };
  const parts = useViewParts({ ...draft, nodes: draft.nodes.map(told) }, undefined, []);
  return (
    <section className={styles.flow} aria-label={t("journeyTemplates.flow")}>
      <Canvas view={{ ...parts, selected: null, select: () => undefined }} />
    </section>
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
  const accounts = $api.useQuery("get", "/api/accounts", {}).data;
  if (!mayWrite)
    return (
      <Drawer open title={shipped(template.name)} onClose={onClose} size="large">
        <Flow template={template} />
      </Drawer>
    );
  if (!accounts) return null;
  /** The words that are shipped, and the account where there is but one of its kind. */
  const given = ({ kind, value }: Parameter) => {
    const fitting = accounts.filter((account) => account.kind === kind);
    if (isAccount(kind)) return fitting.length === 1 ? fitting[0]?.id : undefined;
    return value === "" ? undefined : shipped(value);
  };
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
        values: Object.fromEntries(
          template.parameters.flatMap((each) => {
            const value = given(each);
            return value === undefined ? [] : [[each.key, value]];
          }),
        ),
      }}
      onSubmit={submit}
      onClose={onClose}
      submitText={t("journeyTemplates.make")}
      aside={<Flow template={template} />}
      wideAside
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
        <ParameterItem key={parameter.key} parameter={parameter} accounts={accounts} wecom={wecom} />
      ))}
    </FormDrawer>
  );
}
