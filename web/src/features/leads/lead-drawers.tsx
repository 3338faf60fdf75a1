import { App, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { LeadDetail, LeadStage } from "@/api/types";
import { MomentPicker } from "@/shared/components/beijing-picker";
import { FormDrawer } from "@/shared/components/form-drawer";
import { fromBeijing, toBeijing } from "@/shared/format/beijing-input";
import { type LostReason, lostReasons, stages, useLeadActs, useMembers } from "./use-leads";

interface Props {
  lead: LeadDetail;
  onClose(): void;
}

function useRequired() {
  const { t } = useTranslation();
  return (label: string) => ({ required: true, message: t("common.required", { label }) });
}

function useSaved() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return () => void message.success(t("leads.act.done"));
}

/** What was said, and when to ask again. */
export function NoteDrawer({ lead, onClose }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ note: string; next: string }>();
  const { params, note } = useLeadActs(lead.id);
  const [required, saved] = [useRequired(), useSaved()];
  return (
    <FormDrawer
      title={t("leads.act.note")}
      form={form}
      initialValues={{ next: toBeijing(lead.suggested_next_at) }}
      onClose={onClose}
      onSubmit={async ({ note: text, next }) => {
        await note.mutateAsync({ params, body: { note: text, next_at: fromBeijing(next) } });
        saved();
      }}
    >
      <Form.Item
        name="note"
        label={t("leads.note.text")}
        rules={[{ ...required(t("leads.note.text")), whitespace: true }]}
      >
        <Input.TextArea rows={4} maxLength={1000} showCount autoFocus />
      </Form.Item>
      <Form.Item
        name="next"
        label={t("leads.note.next")}
        extra={t("leads.note.nextHint")}
        rules={[required(t("leads.note.next"))]}
      >
        <MomentPicker style={{ width: 240 }} />
      </Form.Item>
    </FormDrawer>
  );
}

/** The stages a lead may go to: later ones, an end, or from an end back to an open one. */
function placesFrom(stage: LeadStage): LeadStage[] {
  if (stage === "won" || stage === "lost") return stages.filter((each) => each !== "won" && each !== "lost");
  return [...stages.slice(stages.indexOf(stage) + 1)];
}

interface StageValues {
  to: LeadStage;
  reason?: LostReason;
  amount?: number;
}

/** Where a lead goes; a lost one says why, a sale how much. */
export function StageDrawer({ lead, onClose }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<StageValues>();
  const to = Form.useWatch("to", form);
  const { params, stage } = useLeadActs(lead.id);
  const [required, saved] = [useRequired(), useSaved()];
  return (
    <FormDrawer<StageValues>
      title={t(lead.closed_at === null ? "leads.act.stage" : "leads.act.reopen")}
      form={form}
      initialValues={{ ...(lead.amount !== null && { amount: lead.amount }) }}
      onClose={onClose}
      onSubmit={async ({ to: target, reason, amount }) => {
        const body = { to: target, ...(reason && { reason }), ...(amount != null && { amount }) };
        await stage.mutateAsync({ params, body });
        saved();
      }}
    >
      <Form.Item name="to" label={t("leads.field.stage")} rules={[required(t("leads.field.stage"))]}>
        <Select
          options={placesFrom(lead.stage).map((value) => ({ value, label: t(`leads.stage.${value}`) }))}
        />
      </Form.Item>
      {to === "lost" && (
        <Form.Item name="reason" label={t("leads.field.reason")} rules={[required(t("leads.field.reason"))]}>
          <Select options={lostReasons.map((value) => ({ value, label: t(`leads.reason.${value}`) }))} />
        </Form.Item>
      )}
      {(to === "opportunity" || to === "won") && (
        <Form.Item name="amount" label={t("leads.field.amount")}>
          <InputNumber min={0} max={1e11} precision={2} prefix="¥" style={{ width: 240 }} />
        </Form.Item>
      )}
    </FormDrawer>
  );
}

/** Who works the lead from now on. */
export function OwnerDrawer({ lead, how, onClose }: Props & { how: "owner" | "claim" }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ staff: string }>();
  const { params, assign, claim } = useLeadActs(lead.id);
  const members = useMembers(lead.account_id);
  const [required, saved] = [useRequired(), useSaved()];
  return (
    <FormDrawer<{ staff: string }>
      title={t(how === "claim" ? "leads.act.claim" : "leads.act.assign")}
      form={form}
      initialValues={{}}
      onClose={onClose}
      onSubmit={async (body) => {
        await (how === "claim" ? claim : assign).mutateAsync({ params, body });
        saved();
      }}
    >
      <Form.Item
        name="staff"
        label={t("leads.field.owner")}
        extra={t(how === "claim" ? "leads.act.claimHint" : "leads.act.assignHint")}
        rules={[required(t("leads.field.owner"))]}
      >
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={members.map(({ userid, name }) => ({ value: userid, label: name }))}
        />
      </Form.Item>
    </FormDrawer>
  );
}
