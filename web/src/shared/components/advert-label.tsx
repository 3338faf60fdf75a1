import { Alert, Button, Form } from "antd";
import { useTranslation } from "react-i18next";

/** What the law wants to be read on an advertisement, whatever language the console speaks. */
const label = "\u5e7f\u544a";

/** An advertisement says so where people see it: in one of `fields`, of which the first that has words is offered. */
export function AdvertLabel({ fields }: { fields: (string | string[])[] }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  Form.useWatch([], form);
  const wordsOf = (field: string | string[]): string => form.getFieldValue(field) ?? "";
  if (fields.some((field) => wordsOf(field).includes(label))) return null;
  const place = fields.find(wordsOf) ?? fields[0];
  const add = () => form.setFieldValue(place, `【${label}】${wordsOf(place ?? "")}`);
  return (
    <Form.Item>
      <Alert
        type="warning"
        showIcon
        title={t("common.advert.unlabelled", { label })}
        action={
          <Button size="small" onClick={add}>
            {t("common.advert.add")}
          </Button>
        }
      />
    </Form.Item>
  );
}
