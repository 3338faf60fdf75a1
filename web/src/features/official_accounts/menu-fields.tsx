import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { byteLength } from "@/shared/format/format";
import limits from "@/shared/limits/platform-limits.json";
import styles from "./menu.module.css";

export const mostButtons = limits.menuButtons.value;
const mostSub = limits.menuSubButtons.value;

interface Place {
  /** Where the button stands in the form's values. */
  path: (string | number)[];
  /** The field's name as the list it stands in gives it. */
  name: (string | number)[];
}

function NameField({ name, most }: { name: (string | number)[]; most: number }) {
  const { t } = useTranslation();
  const label = t("accountMenus.name");
  const tooLong = t("accountMenus.nameLong", { max: most });
  return (
    <Form.Item
      name={[...name, "name"]}
      label={label}
      rules={[
        { required: true, whitespace: true, message: t("common.required", { label }) },
        {
          validator: (_, value: string = "") =>
            byteLength(value) > most ? Promise.reject(new Error(tooLong)) : Promise.resolve(),
        },
      ]}
    >
      <Input maxLength={most} />
    </Form.Item>
  );
}

/** What a button does: answer with words, or open a page. */
function ActFields({ path, name }: Place) {
  const { t } = useTranslation();
  const type = Form.useWatch<string | undefined>([...path, "type"]) ?? "click";
  const target = type === "view" ? "url" : "reply";
  const label = t(`accountMenus.${target}`);
  const required = { required: true, whitespace: true, message: t("common.required", { label }) };
  return (
    <>
      <Form.Item name={[...name, "key"]} hidden>
        <Input />
      </Form.Item>
      <Form.Item name={[...name, "type"]} label={t("accountMenus.act")} initialValue="click">
        <Radio.Group
          options={[
            { value: "click", label: t("accountMenus.type.click") },
            { value: "view", label: t("accountMenus.type.view") },
          ]}
        />
      </Form.Item>
      {target === "url" ? (
        <Form.Item
          key="url"
          name={[...name, "url"]}
          label={label}
          rules={[required, { pattern: /^https?:\/\/\S+$/, message: t("sources.form.linkUrlBad") }]}
        >
          <Input maxLength={limits.menuUrlBytes.value} placeholder="https://" />
        </Form.Item>
      ) : (
        <Form.Item key="reply" name={[...name, "reply"]} label={label} rules={[required]}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
        </Form.Item>
      )}
    </>
  );
}

function RemoveButton({ onClick }: { onClick(): void }) {
  const { t } = useTranslation();
  return (
    <Button
      type="text"
      size="small"
      danger
      icon={<DeleteOutlined />}
      aria-label={t("accountMenus.remove")}
      onClick={onClick}
    />
  );
}

/** One button of the first level with its sub buttons. */
export function ButtonFields({ index, onRemove }: { index: number; onRemove(): void }) {
  const { t } = useTranslation();
  const sub = Form.useWatch<unknown[] | undefined>(["buttons", index, "sub"]) ?? [];
  return (
    <section className={styles.button} aria-label={t("accountMenus.column", { n: index + 1 })}>
      <header>
        <h3>{t("accountMenus.column", { n: index + 1 })}</h3>
        <RemoveButton onClick={onRemove} />
      </header>
      <NameField name={[index]} most={limits.menuNameBytes.value} />
      {sub.length === 0 && <ActFields path={["buttons", index]} name={[index]} />}
      <Form.List name={[index, "sub"]}>
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <div key={key} className={styles.sub}>
                <header>
                  <span>{t("accountMenus.sub", { n: name + 1 })}</span>
                  <RemoveButton onClick={() => remove(name)} />
                </header>
                <NameField name={[name]} most={limits.menuSubNameBytes.value} />
                <ActFields path={["buttons", index, "sub", name]} name={[name]} />
              </div>
            ))}
            <Button
              type="dashed"
              block
              icon={<PlusOutlined />}
              disabled={fields.length >= mostSub}
              onClick={() => add({ name: "", type: "click" })}
            >
              {t("accountMenus.addSub", { used: fields.length, max: mostSub })}
            </Button>
          </>
        )}
      </Form.List>
    </section>
  );
}
