/** Fields of template messages: which template of the account, and what each of its places says. */
import { ReloadOutlined } from "@ant-design/icons";
import { Button, Input, Space } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import styles from "./editor.module.css";
import type { InputProps } from "./field-inputs";
import { Pick } from "./pick-inputs";
import { InsertVariable } from "./text-input";

export function useTemplates() {
  return $api.useQuery("get", "/api/message-templates", {}).data ?? [];
}

function useTemplate(node: InputProps["node"]) {
  const lists = useTemplates();
  const list = lists.find(({ account_id }) => account_id === node?.account_id);
  return { list, template: list?.templates.find(({ id }) => id === node?.template_id) };
}

export function TemplateInput(props: InputProps) {
  const { t } = useTranslation();
  const { list, template } = useTemplate(props.node);
  const fetching = $api.useMutation("post", "/api/message-templates/{account_id}/fetch");
  const account = props.node?.account_id;
  const isNotice = props.node?.type === "send_notice";
  const fitting = (list?.templates ?? []).filter(({ kind }) => (kind !== "template") === isNotice);
  return (
    <>
      <Space.Compact block>
        <Pick {...props} offered={fitting.map(({ id, title }) => ({ value: id, label: title }))} />
        <Button
          icon={<ReloadOutlined />}
          disabled={typeof account !== "number"}
          loading={fetching.isPending}
          onClick={() => fetching.mutate({ params: { path: { account_id: account as number } } })}
        >
          {t("journeyNodes.template.fetch")}
        </Button>
      </Space.Compact>
      {list && list.errcode !== 0 && (
        <p className={styles.quiet}>{t("journeyNodes.template.notAllowed", { errcode: list.errcode })}</p>
      )}
      {template?.example && <p className={styles.example}>{template.example}</p>}
    </>
  );
}

export function TemplateValuesInput({ id, value, onChange, node, draft }: InputProps) {
  const { t } = useTranslation();
  const { template } = useTemplate(node);
  const values = (value as Record<string, string> | undefined) ?? {};
  const put = (key: string, text: string) => {
    const { [key]: _, ...others } = values;
    onChange(text ? { ...others, [key]: text } : others);
  };
  return (
    <div className={styles.parts}>
      {!template && <span className={styles.quiet}>{t("journeyNodes.template.chooseFirst")}</span>}
      {template?.places.map(({ key, label, most }) => (
        <div key={key} className={styles.wide}>
          <label htmlFor={`${id}-${key}`}>
            {label}{" "}
            <span className={styles.quiet}>
              {key}
              {most !== null && ` ${t("journeyNodes.template.most", { count: most })}`}
            </span>
          </label>
          <Input
            id={`${id}-${key}`}
            value={values[key] ?? ""}
            onChange={(event) => put(key, event.target.value)}
          />
          <InsertVariable
            id={`${id}-${key}`}
            text={values[key] ?? ""}
            draft={draft}
            onChange={(text) => put(key, text)}
          />
        </div>
      ))}
    </div>
  );
}
