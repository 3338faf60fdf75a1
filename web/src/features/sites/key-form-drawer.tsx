import { App, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { NewWriteKey, Site, WriteKey } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import styles from "./sites.module.css";
import { useCreateKey, useUpdateKey } from "./use-sites";

interface Props {
  site: Site;
  /** The key to change; null makes one. */
  given: WriteKey | null;
  onMade(made: NewWriteKey): void;
  onClose(): void;
}

type Values = Pick<WriteKey, "kind" | "name" | "origins">;

function KindField() {
  const { t } = useTranslation();
  const options = (["public", "server"] as const).map((value) => ({
    value,
    label: (
      <span className={styles.kind}>
        <strong>{t(`sites.key.kind.${value}`)}</strong>
        <span className={styles.faint}>{t(`sites.key.kindHint.${value}`)}</span>
      </span>
    ),
  }));
  return (
    <Form.Item name="kind" label={t("sites.key.kind.label")}>
      <Radio.Group vertical options={options} />
    </Form.Item>
  );
}

/** Makes a write key, or lets other pages use it. */
export function KeyFormDrawer({ site, given, onMade, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const create = useCreateKey();
  const update = useUpdateKey();
  const kind = Form.useWatch("kind", form) ?? given?.kind ?? "public";
  const save = async ({ name, origins }: Values) => {
    const wanted = kind === "public" ? (origins ?? []) : [];
    if (given) {
      const path = { account_id: site.id, key_id: given.id };
      await update.mutateAsync({ params: { path }, body: { name, origins: wanted } });
      message.success(t("sites.saved"));
    } else {
      const path = { account_id: site.id };
      onMade(await create.mutateAsync({ params: { path }, body: { kind, name, origins: wanted } }));
    }
  };
  const label = t("sites.key.name");
  return (
    <FormDrawer<Values>
      title={t(given ? "sites.key.edit" : "sites.key.new")}
      form={form}
      initialValues={given ?? { kind: "public", origins: [] }}
      onSubmit={save}
      onClose={onClose}
    >
      {!given && <KindField />}
      <Form.Item
        name="name"
        label={label}
        rules={[{ required: true, whitespace: true, message: t("common.required", { label }) }]}
      >
        <Input maxLength={100} placeholder={t(`sites.key.namePlaceholder.${kind}`)} />
      </Form.Item>
      {kind === "public" && (
        <Form.Item name="origins" label={t("sites.key.origins")} extra={t("sites.key.originsHint")}>
          <Select
            mode="tags"
            maxCount={20}
            tokenSeparators={[" ", ","]}
            placeholder="https://www.example.com"
            notFoundContent={null}
          />
        </Form.Item>
      )}
    </FormDrawer>
  );
}
