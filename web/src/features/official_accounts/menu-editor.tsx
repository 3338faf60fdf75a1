import { PlusOutlined, SendOutlined } from "@ant-design/icons";
import { App, Button, Form, Space } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { useMayWrite } from "@/api/session";
import type { AccountMenu, MenuButton, MenuVersion } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";
import styles from "./menu.module.css";
import { ButtonFields, mostButtons } from "./menu-fields";
import { usePublishMenu } from "./use-menus";

interface Props {
  accountId: number;
  menu: AccountMenu;
  /** An older version that was taken up again, instead of the newest one. */
  taken: MenuButton[] | null;
}

interface Values {
  buttons?: MenuButton[];
}

/** Edits the menu, up to 3 × 5 buttons, and publishes it as a new version. */
export function MenuEditor({ accountId, menu, taken }: Props) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const errorText = useErrorText();
  const mayWrite = useMayWrite();
  const [form] = Form.useForm<Values>();
  const publish = usePublishMenu();
  const newest = menu.versions[0];
  const [base, setBase] = useState(newest?.id ?? null);
  useEffect(() => {
    if (taken !== null) form.setFieldsValue({ buttons: taken });
  }, [form, taken]);
  const edit = useCallback(
    (version: MenuVersion | undefined) => {
      if (version === undefined) return;
      setBase(version.id);
      form.setFieldsValue({ buttons: version.buttons });
    },
    [form],
  );
  useEffect(() => {
    // What somebody else publishes takes nothing away that was typed here; publishing will say that it is there.
    if (newest?.id !== base && taken === null && !form.isFieldsTouched()) edit(newest);
  }, [newest, base, taken, form, edit]);

  const send = async (buttons: MenuButton[]) => {
    try {
      const params = { path: { account_id: accountId } };
      const published = await publish.mutateAsync({ params, body: { buttons, based_on: base } });
      edit(published.versions[0]);
      message.success(t("accountMenus.publishing"));
    } catch (error) {
      const { title, fix } = errorText(toApiError(error));
      message.error(`${title} ${fix}`);
    }
  };
  const ask = ({ buttons = [] }: Values) =>
    modal.confirm({
      title: t("accountMenus.confirm.title"),
      content: t("accountMenus.confirm.text"),
      okText: t("accountMenus.publish"),
      cancelText: t("common.action.cancel"),
      onOk: () => send(buttons),
    });
  const isBusy = menu.versions[0]?.status === "publishing";

  return (
    <Form<Values>
      form={form}
      layout="vertical"
      disabled={!mayWrite}
      initialValues={{ buttons: newest?.buttons ?? [] }}
      onFinish={ask}
    >
      <Form.List name="buttons">
        {(fields, { add, remove }) => (
          <>
            <div className={styles.buttons}>
              {fields.map(({ key, name }) => (
                <ButtonFields key={key} index={name} onRemove={() => remove(name)} />
              ))}
            </div>
            {mayWrite && (
              <Space className={styles.foot}>
                <Button
                  icon={<PlusOutlined />}
                  disabled={fields.length >= mostButtons}
                  onClick={() => add({ name: "", type: "click", sub: [] })}
                >
                  {t("accountMenus.add", { used: fields.length, max: mostButtons })}
                </Button>
                <Button
                  type="primary"
                  htmlType="submit"
                  icon={<SendOutlined />}
                  loading={publish.isPending || isBusy}
                  disabled={fields.length === 0}
                >
                  {t("accountMenus.publish")}
                </Button>
              </Space>
            )}
          </>
        )}
      </Form.List>
    </Form>
  );
}
