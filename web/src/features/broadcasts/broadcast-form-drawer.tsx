import { App, Form, type FormInstance, Input, InputNumber, Select, Switch } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { Broadcast } from "@/api/types";
import { AdvertLabel } from "@/shared/components/advert-label";
import { MomentPicker } from "@/shared/components/beijing-picker";
import { CampaignField } from "@/shared/components/code-place-fields";
import { WelcomePreview } from "@/shared/components/contact-way/welcome-preview";
import { FormDrawer } from "@/shared/components/form-drawer";
import { fromBeijing } from "@/shared/format/beijing-input";
import { useOpened } from "@/shared/hooks/use-opened";
import { usePriorities } from "@/shared/hooks/use-priorities";
import { AudienceFields } from "./audience-fields";
import { type BroadcastValues, toInput, toValues } from "./broadcast-values";
import { ContentFields } from "./content-fields";
import { kinds, useBroadcastsChanged } from "./use-broadcasts";

interface Props {
  broadcast: Broadcast | null;
  /** To whom a new one is to go, where they were chosen elsewhere. */
  persons?: string[] | undefined;
  onSaved?(id: number): void;
  onClose(): void;
}

/** What kind of account sends it. */
const sender = (kind: Broadcast["kind"]) => (kind === "mass_task" ? "wecom" : "official_account");

/** It stands outside the form, beside it. */
function Preview({ form }: { form: FormInstance<BroadcastValues> }) {
  const { t } = useTranslation();
  const kind = Form.useWatch("kind", form);
  const [text, link, files = [], article] = [
    Form.useWatch("text", form),
    Form.useWatch("link", form),
    Form.useWatch("files", form),
    Form.useWatch("article_id", form),
  ];
  const cards = link?.title || link?.url ? [{ type: "link" as const, ...link }] : [];
  const draft = article ? [{ type: "link" as const, title: t("broadcasts.form.draftCard"), url: "" }] : [];
  return (
    <WelcomePreview
      inChat
      fromAccount={kind !== undefined && kind !== "mass_task"}
      staffName={t("broadcasts.form.sender")}
      welcome={{ text, attachments: [...files, ...cards, ...draft] }}
    />
  );
}

/** Writes a broadcast: to whom, what with the phone beside it, when. It is checked and confirmed on its page. */
export function BroadcastFormDrawer({ broadcast, persons, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<BroadcastValues>();
  const version = useOpened(broadcast)?.version ?? 0;
  const changed = { onSuccess: useBroadcastsChanged() };
  const create = $api.useMutation("post", "/api/broadcasts", changed);
  const update = $api.useMutation("put", "/api/broadcasts/{broadcast_id}", changed);
  const { data: accounts = [], isPending } = $api.useQuery("get", "/api/accounts", {});
  const kind = Form.useWatch("kind", form) ?? broadcast?.kind ?? "mass_task";
  const [isAdvert, article] = [Form.useWatch("advert", form), Form.useWatch("article_id", form)];
  const fitting = accounts.filter((each) => each.kind === sender(kind));
  const only = !broadcast && fitting.length === 1 ? fitting[0]?.id : undefined;
  useEffect(() => {
    if (only !== undefined) form.setFieldValue("account_id", only);
  }, [only, form]);
  const priorities = usePriorities();
  const required = (label: string) => ({ required: true, message: t("common.required", { label }) });

  const save = async (values: BroadcastValues) => {
    const body = { ...toInput(values), start_at: values.start ? fromBeijing(values.start) : null };
    if (broadcast) {
      const path = { broadcast_id: broadcast.id };
      await update.mutateAsync({ params: { path }, body: { ...body, version } });
    } else onSaved?.((await create.mutateAsync({ body })).id);
    message.success(t("broadcasts.form.saved"));
  };
  if (isPending) return null;
  return (
    <FormDrawer<BroadcastValues>
      title={t(broadcast ? "broadcasts.form.edit" : "broadcasts.form.create")}
      form={form}
      initialValues={toValues(broadcast, persons)}
      onSubmit={save}
      onClose={onClose}
      submitText={t("broadcasts.form.save")}
      aside={<Preview form={form} />}
    >
      <Form.Item
        name="name"
        label={t("broadcasts.column.name")}
        rules={[{ ...required(t("broadcasts.column.name")), whitespace: true }]}
      >
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="kind" label={t("broadcasts.column.kind")} extra={t(`broadcasts.kind.${kind}.hint`)}>
        <Select
          options={kinds.map((value) => ({ value, label: t(`broadcasts.kind.${value}.name`) }))}
          onChange={(next) => {
            const chosen = form.getFieldValue("audience");
            const audience = chosen === "followers" || chosen === "tag" ? "persons" : chosen;
            const keeps = sender(next) === sender(kind);
            form.setFieldsValue({ audience, ...(!keeps && { account_id: undefined }) });
          }}
        />
      </Form.Item>
      <Form.Item
        name="account_id"
        label={t("broadcasts.column.account")}
        rules={[required(t("broadcasts.column.account"))]}
      >
        <Select options={fitting.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
      <CampaignField hint={t("broadcasts.form.campaignHint")} />
      <AudienceFields kind={kind} />
      <ContentFields kind={kind} />
      <Form.Item name="start" label={t("broadcasts.form.start")} extra={t("broadcasts.form.startHint")}>
        <MomentPicker style={{ width: 240 }} />
      </Form.Item>
      {kind !== "account_mass" && (
        <Form.Item
          name="holdout"
          label={t("broadcasts.form.holdout")}
          extra={t("broadcasts.form.holdoutHint")}
        >
          <InputNumber min={0} max={50} suffix="%" style={{ width: 120 }} />
        </Form.Item>
      )}
      <Form.Item
        name="priority"
        label={t("broadcasts.form.priority")}
        extra={t("broadcasts.form.priorityHint")}
        hidden={kind !== "mass_task"}
      >
        <Select options={priorities} style={{ width: 120 }} />
      </Form.Item>
      {kind === "service" && (
        <Form.Item name="per_minute" label={t("broadcasts.form.perMinute")}>
          <InputNumber
            min={1}
            max={100000}
            placeholder={t("broadcasts.form.unlimited")}
            style={{ width: 160 }}
          />
        </Form.Item>
      )}
      <Form.Item name="advert" label={t("broadcasts.form.advert")} extra={t("broadcasts.form.advertHint")}>
        <Switch />
      </Form.Item>
      {isAdvert && !article && (
        <AdvertLabel fields={kind === "account_mass" ? ["text"] : ["text", ["link", "title"]]} />
      )}
      <Form.Item name="needs_approval" label={t("broadcasts.form.approval")}>
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
