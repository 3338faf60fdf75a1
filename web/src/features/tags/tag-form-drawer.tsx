import { App, AutoComplete, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { TagInfo } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useTagActs } from "./use-tags";

interface Values {
  place: number;
  group: string;
  name: string;
}

interface Props {
  tag: TagInfo | null;
  tags: TagInfo[];
  onClose(): void;
}

/** Of our own tags, which have no account. */
const here = 0;
const longest = { local: 100, platform: 30 };

function usePlaces() {
  const { t } = useTranslation();
  const accounts = $api.useQuery("get", "/api/accounts", {});
  const known = (accounts.data ?? []).filter(({ kind }) => kind === "wecom" || kind === "official_account");
  const kindOf = (place: number) => known.find(({ id }) => id === place)?.kind ?? "local";
  const options = [
    { value: here, label: t("tags.kind.local") },
    ...known.map(({ id, name, kind }) => ({
      value: id,
      label: `${t(`tags.kind.${kind as "wecom"}`)} · ${name}`,
    })),
  ];
  return { options, kindOf };
}

/** Makes a tag here or at a platform, or renames one. */
export function TagFormDrawer({ tag, tags, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { create, rename } = useTagActs();
  const { options, kindOf } = usePlaces();
  const place = Form.useWatch("place", form) ?? tag?.account_id ?? here;
  const kind = tag?.kind ?? kindOf(place);
  const groups = [
    ...new Set(tags.filter(({ account_id }) => (account_id ?? here) === place).map(({ group }) => group)),
  ];
  const most = kind === "local" ? longest.local : longest.platform;

  const save = async ({ name, group = "" }: Values) => {
    if (tag) {
      await rename.mutateAsync({
        params: { path: { tag_id: tag.id } },
        body: { name, group: kind === "local" ? group : tag.group },
      });
    } else {
      const at = place === here ? null : place;
      await create.mutateAsync({ body: { name, group, account_id: at } });
    }
    message.success(t(kind === "local" ? "tags.saved" : "tags.sent"));
  };
  const required = (label: string) => ({
    required: true,
    whitespace: true,
    message: t("common.required", { label }),
  });
  return (
    <FormDrawer<Values>
      title={t(tag ? "tags.rename" : "tags.new")}
      form={form}
      initialValues={tag ? { name: tag.name, group: tag.group } : { place: here, group: "" }}
      onSubmit={save}
      onClose={onClose}
    >
      {!tag && (
        <Form.Item name="place" label={t("tags.column.origin")} extra={t(`tags.hint.${kind as "local"}`)}>
          <Select options={options} />
        </Form.Item>
      )}
      {kind !== "official_account" && !(tag && kind === "wecom") && (
        <Form.Item
          name="group"
          label={t("tags.column.group")}
          rules={kind === "wecom" ? [required(t("tags.column.group"))] : []}
        >
          <AutoComplete maxLength={most} options={groups.filter(Boolean).map((value) => ({ value }))} />
        </Form.Item>
      )}
      <Form.Item name="name" label={t("tags.column.name")} rules={[required(t("tags.column.name"))]}>
        <Input maxLength={most} autoFocus />
      </Form.Item>
    </FormDrawer>
  );
}
