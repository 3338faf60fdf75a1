import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Form, Segmented, Space } from "antd";
import { useTranslation } from "react-i18next";
import { DayPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useSetSpecialDays } from "./use-duties";

interface SpecialDay {
  day: string;
  working: boolean;
}

interface Values {
  days: SpecialDay[];
}

/** Holidays, and days that are worked to make up for them; they win over everybody's week. */
export function SpecialDaysDrawer({ days, onClose }: { days: SpecialDay[]; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const set = useSetSpecialDays();
  const save = async (values: Values) => {
    const sorted = [...(values.days ?? [])].sort((one, other) => one.day.localeCompare(other.day));
    await set.mutateAsync({ body: { days: sorted } });
    message.success(t("staff.form.saved"));
  };
  const unique = async (_: unknown, value: string) => {
    const all: (SpecialDay | undefined)[] = form.getFieldValue("days");
    if (value && all.filter((each) => each?.day === value).length > 1)
      throw new Error(t("staff.special.twice"));
  };
  return (
    <FormDrawer<Values>
      title={t("staff.special.title")}
      form={form}
      initialValues={{ days }}
      onSubmit={save}
      onClose={onClose}
    >
      <p>{t("staff.special.text")}</p>
      <Form.List name="days">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <Space key={key} align="baseline">
                <Form.Item
                  name={[name, "day"]}
                  rules={[{ required: true, message: t("staff.special.dayMissing") }, { validator: unique }]}
                >
                  <DayPicker label={t("staff.special.day")} style={{ width: 180 }} />
                </Form.Item>
                <Form.Item name={[name, "working"]}>
                  <Segmented<boolean>
                    options={[
                      { value: false, label: t("staff.special.holiday") },
                      { value: true, label: t("staff.special.working") },
                    ]}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("staff.special.remove")}
                  onClick={() => remove(name)}
                />
              </Space>
            ))}
            <Button
              block
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() => add({ day: "", working: false })}
            >
              {t("staff.special.add")}
            </Button>
          </>
        )}
      </Form.List>
    </FormDrawer>
  );
}
