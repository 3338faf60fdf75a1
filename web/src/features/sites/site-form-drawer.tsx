import { App, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useCreateSite, useRenameSite } from "./use-sites";

interface Values {
  name: string;
}

export function SiteFormDrawer({ site, onClose }: { site: Site | null; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const create = useCreateSite();
  const rename = useRenameSite();
  const save = async (body: Values) => {
    if (site) await rename.mutateAsync({ params: { path: { account_id: site.id } }, body });
    else await create.mutateAsync({ body });
    message.success(t("sites.saved"));
  };
  const label = t("sites.name");
  return (
    <FormDrawer<Values>
      title={t(site ? "sites.edit" : "sites.new")}
      form={form}
      initialValues={site ? { name: site.name } : {}}
      onSubmit={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={label}
        extra={t("sites.nameHint")}
        rules={[{ required: true, whitespace: true, message: t("common.required", { label }) }]}
      >
        <Input maxLength={100} placeholder={t("sites.namePlaceholder")} autoFocus />
      </Form.Item>
    </FormDrawer>
  );
}
