import { App, Button, Card, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { Broadcast } from "@/api/types";
import { PersonSelect } from "@/shared/components/person-select";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import styles from "./broadcasts.module.css";

interface Values {
  staff?: string;
  person?: string;
}

/** Sends it to a member, or to a colleague who follows the account. */
export function TestForm({ broadcast: { id, kind } }: { broadcast: Broadcast }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showError = useErrorToast();
  const [form] = Form.useForm<Values>();
  const test = $api.useMutation("post", "/api/broadcasts/{broadcast_id}/test");
  const staff = $api.useQuery("get", "/api/staff", {}).data ?? [];
  const isNarrow = useMediaQuery(narrow);
  const required = { required: true, message: t("broadcasts.test.whom") };
  const byMember = kind === "mass_task";
  const send = async ({ staff: userid, person }: Values) => {
    try {
      const body = { staff: userid ?? null, person_id: person ?? null };
      await test.mutateAsync({ params: { path: { broadcast_id: id } }, body });
      message.success(t("broadcasts.test.done"));
    } catch (reason) {
      showError(reason);
    }
  };
  return (
    <Card className={styles.card} title={t("broadcasts.test.title")}>
      <Form
        form={form}
        layout={isNarrow ? "vertical" : "inline"}
        onFinish={(values: Values) => void send(values)}
      >
        {byMember ? (
          <Form.Item name="staff" label={t("broadcasts.tasks.staff")} rules={[required]}>
            <Select
              style={{ width: 180 }}
              options={staff.map(({ userid, name }) => ({ value: userid, label: name }))}
            />
          </Form.Item>
        ) : (
          <Form.Item
            name="person"
            label={t("broadcasts.test.person")}
            extra={t("broadcasts.test.personHint")}
            rules={[required]}
          >
            <PersonSelect placeholder={t("persons.filter.searchPlaceholder")} />
          </Form.Item>
        )}
        <Button htmlType="submit" loading={test.isPending}>
          {t("broadcasts.test.send")}
        </Button>
      </Form>
    </Card>
  );
}
