import { Form } from "antd";
import { useTranslation } from "react-i18next";
import type { Path } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useDecideHops } from "@/shared/hooks/use-paths";
import { useShipped } from "@/shared/hooks/use-shipped";
import { type Choices, choicesOf, HopChoices, toHops } from "./hop-choices";

/** What is decided of a path's hops, to be changed. */
export function HopsDrawer({ path, onClose }: { path: Path; onClose(): void }) {
  const { t } = useTranslation();
  const shipped = useShipped();
  const [form] = Form.useForm<{ hops: Choices }>();
  const decide = useDecideHops();
  const submit = ({ hops }: { hops: Choices }) =>
    decide.mutateAsync({
      params: { path: { path_id: path.id } },
      body: { number: path.number, hops: toHops(path.hops, hops, shipped) },
    });
  return (
    <FormDrawer
      title={t("paths.decide")}
      form={form}
      initialValues={{ hops: choicesOf(path.hops, shipped) }}
      onSubmit={submit}
      onClose={onClose}
    >
      <HopChoices path={path} />
    </FormDrawer>
  );
}
