/** How a field of each kind is filled in. A value and what to do with another: nothing else is known here. */
import { Checkbox, Input, InputNumber, Select, Space, Switch } from "antd";
import { type ComponentType, useState } from "react";
import { useTranslation } from "react-i18next";
import { TimeOfDayPicker } from "@/shared/components/beijing-picker";
import { AttachmentsInput } from "./attachments-input";
import { AttributeInput, AttributeValueInput, TagInput, TagTurnInput } from "./attribute-inputs";
import { ConditionField } from "./condition-editor";
import { type Condition, eventFields, eventFieldsOf, leadFields, personFields } from "./conditions";
import type { Draft, NodeData } from "./draft";
import { FieldSelect } from "./field-select";
import { InviteAccountInput, InviteByInput, JoinWayInput } from "./invite-inputs";
import { KfAttachmentInput } from "./kf-attachment-input";
import { ArmsInput, asList, BranchCasesInput, DetailsInput, fieldsOf } from "./list-inputs";
import type { FieldKind } from "./node-types";
import {
  AccountInput,
  CampaignInput,
  CorpInput,
  JourneyInput,
  PriorityInput,
  ReasonInput,
  ScriptInput,
  StaffInput,
  StageInput,
  WebhookInput,
} from "./pick-inputs";
import { TemplateInput, TemplateValuesInput } from "./template-inputs";
import { LongTextInput } from "./text-input";
import { TriggersInput } from "./triggers-input";
import { useWords } from "./use-words";

export interface InputProps {
  id: string;
  value: unknown;
  onChange(value: unknown): void;
  draft: Draft;
  node?: NodeData;
}

const units = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
type Unit = keyof typeof units;
const unitNames = Object.keys(units).reverse() as Unit[];
const unitOf = (seconds: number): Unit =>
  unitNames.find((unit) => seconds !== 0 && seconds % units[unit] === 0) ?? "days";

function DurationInput({ id, value, onChange }: InputProps) {
  const { t } = useTranslation();
  const seconds = Math.abs(typeof value === "number" ? value : 0);
  const [unit, setUnit] = useState<Unit>(() => unitOf(seconds));
  const put = (amount: number, chosen: Unit) => {
    setUnit(chosen);
    onChange(Math.round(amount * units[chosen]));
  };
  return (
    <Space.Compact>
      <InputNumber
        id={id}
        min={0}
        value={value === undefined ? null : seconds / units[unit]}
        onChange={(amount) => put(amount ?? 0, unit)}
      />
      <Select
        aria-label={t("journeyNodes.unit.label")}
        value={unit}
        options={unitNames.map((each) => ({ value: each, label: t(`journeyNodes.unit.${each}`) }))}
        onChange={(chosen) => put(seconds / units[unit], chosen)}
      />
    </Space.Compact>
  );
}

/** A time before (negative) or after a date. */
function OffsetInput(props: InputProps) {
  const { t } = useTranslation();
  const seconds = typeof props.value === "number" ? props.value : 0;
  const [early, setEarly] = useState(seconds < 0);
  const put = (amount: unknown, sign: boolean) =>
    props.onChange((sign ? -1 : 1) * Math.abs(Number(amount)) || 0);
  return (
    <Space>
      <Select
        aria-label={t("journeyNodes.side.label")}
        value={early}
        options={[
          { value: true, label: t("journeyNodes.side.before") },
          { value: false, label: t("journeyNodes.side.after") },
        ]}
        onChange={(sign) => {
          setEarly(sign);
          put(seconds, sign);
        }}
      />
      <DurationInput {...props} onChange={(amount) => put(amount, early)} />
    </Space>
  );
}

function TextInput({ id, value, onChange }: InputProps) {
  return (
    <Input
      id={id}
      value={String(value ?? "")}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}

function PlainNumberInput({ id, value, onChange }: InputProps) {
  return <InputNumber id={id} value={value as number} onChange={(number) => onChange(number ?? undefined)} />;
}

function TimeInput({ id, value, onChange }: InputProps) {
  return <TimeOfDayPicker id={id} value={value as string | undefined} onChange={onChange} />;
}

const week = [0, 1, 2, 3, 4, 5, 6] as const;

function WeekdaysInput({ value, onChange }: InputProps) {
  const { t } = useTranslation();
  return (
    <Checkbox.Group
      value={value as number[]}
      options={week.map((day) => ({ value: day, label: t(`journeyNodes.weekday.${day}`) }))}
      onChange={(days) => onChange([...days].sort())}
    />
  );
}

function BooleanInput({ id, value, onChange }: InputProps) {
  return <Switch id={id} checked={value === true} onChange={onChange} />;
}

function FieldNameInput({ id, value, onChange, draft }: InputProps) {
  const kinds = asList(draft.entry?.events).map(({ kind }) => String(kind));
  const answers = eventFieldsOf(Object.keys(eventFields), "answer");
  return (
    <FieldSelect
      id={id}
      value={String(value ?? "")}
      offered={[...eventFieldsOf(kinds), ...personFields, ...leadFields, ...answers]}
      onChange={onChange}
    />
  );
}

function TargetInput({ id, value, onChange, draft }: InputProps) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Select
      id={id}
      allowClear
      placeholder={t("journeyNodes.notSet")}
      value={(value as string | null) ?? null}
      options={draft.nodes.map((node) => ({ value: node.id, label: words.target(draft, node.id) }))}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}

function ConditionInput({ value, onChange, draft }: InputProps) {
  return <ConditionField value={value as Condition} fields={fieldsOf(draft)} onChange={onChange} />;
}

export const inputs: Record<FieldKind, ComponentType<InputProps>> = {
  account: AccountInput,
  arms: ArmsInput,
  attachments: AttachmentsInput,
  attribute: AttributeInput,
  "attribute-value": AttributeValueInput,
  boolean: BooleanInput,
  "branch-cases": BranchCasesInput,
  campaign: CampaignInput,
  condition: ConditionInput,
  corp: CorpInput,
  details: DetailsInput,
  duration: DurationInput,
  field: FieldNameInput,
  "invite-account": InviteAccountInput,
  "invite-by": InviteByInput,
  "join-way": JoinWayInput,
  journey: JourneyInput,
  key: TextInput,
  "kf-attachment": KfAttachmentInput,
  "long-text": LongTextInput,
  number: PlainNumberInput,
  offset: OffsetInput,
  priority: PriorityInput,
  tag: TagInput,
  "tag-turn": TagTurnInput,
  target: TargetInput,
  template: TemplateInput,
  "template-values": TemplateValuesInput,
  text: TextInput,
  time: TimeInput,
  reason: ReasonInput,
  script: ScriptInput,
  staff: StaffInput,
  stage: StageInput,
  "wait-cases": TriggersInput,
  webhook: WebhookInput,
  weekdays: WeekdaysInput,
};
