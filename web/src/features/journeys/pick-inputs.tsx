/** Fields that name something that exists elsewhere: an account, a member, a campaign, another journey. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import type { AccountKind } from "@/api/types";
import { usePriorities } from "@/shared/hooks/use-priorities";
import type { NodeData } from "./draft";
import { type FieldKind, nodeTypes } from "./node-types";
import { useNamedJourneys } from "./use-journeys";

interface Props {
  id: string;
  value: unknown;
  onChange(value: unknown): void;
}

interface Offer {
  value: string | number;
  label: string;
}

export function Pick({ id, value, onChange, offered }: Props & { offered: Offer[] }) {
  const { t } = useTranslation();
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={t("journeyNodes.notSet")}
      value={(value as string | number | undefined) ?? null}
      options={offered}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}

const accountKinds: Partial<Record<FieldKind, AccountKind>> = {
  account: "official_account",
  corp: "wecom",
  "invite-account": "wecom",
};

/** Gives a new node its account where there is only one that it can have. */
export function useOnlyAccount(): (node: NodeData) => NodeData {
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  return (node) => {
    const spec = nodeTypes[node.type]?.fields.find(({ kind }) => kind in accountKinds);
    const fitting = accounts.filter(({ kind }) => spec && kind === accountKinds[spec.kind]);
    return spec && fitting.length === 1 ? { ...node, [spec.name]: fitting[0]?.id } : node;
  };
}

function AccountOfKind({ kind, ...props }: Props & { kind: AccountKind }) {
  const accounts = $api.useQuery("get", "/api/accounts", {}).data ?? [];
  const offered = accounts.filter((account) => account.kind === kind);
  return <Pick {...props} offered={offered.map(({ id, name }) => ({ value: id, label: name }))} />;
}

export function AccountInput(props: Props) {
  return <AccountOfKind {...props} kind="official_account" />;
}

export function CorpInput(props: Props) {
  return <AccountOfKind {...props} kind="wecom" />;
}

export function WebhookInput(props: Props) {
  const webhooks = $api.useQuery("get", "/api/webhooks", {}).data ?? [];
  return <Pick {...props} offered={webhooks.map(({ id, url }) => ({ value: id, label: url }))} />;
}

export function CampaignInput(props: Props) {
  const campaigns = $api.useQuery("get", "/api/campaigns", { params: { query: { size: 100 } } });
  const offered = (campaigns.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return <Pick {...props} offered={offered} />;
}

export function ScriptInput(props: Props) {
  const scripts = $api.useQuery("get", "/api/scripts", {}).data ?? [];
  return <Pick {...props} offered={scripts.map(({ id, name }) => ({ value: id, label: name }))} />;
}

export function StaffInput(props: Props) {
  const staff = $api.useQuery("get", "/api/staff", {}).data ?? [];
  return <Pick {...props} offered={staff.map(({ userid, name }) => ({ value: userid, label: name }))} />;
}

export function JourneyInput(props: Props) {
  const offered = useNamedJourneys().map(({ id, name }) => ({ value: id, label: name }));
  return <Pick {...props} offered={offered} />;
}

export const stages = ["mql", "accepted", "sql", "opportunity", "lost"] as const;
const reasons = [
  "no_need",
  "price",
  "timing",
  "competitor",
  "student",
  "wrong_contact",
  "unreachable",
  "duplicate",
  "other",
] as const;

export function StageInput(props: Props) {
  const { t } = useTranslation();
  return <Pick {...props} offered={stages.map((value) => ({ value, label: t(`leads.stage.${value}`) }))} />;
}

export function ReasonInput(props: Props) {
  const { t } = useTranslation();
  return <Pick {...props} offered={reasons.map((value) => ({ value, label: t(`leads.reason.${value}`) }))} />;
}

/** Among what members are asked to confirm. */
export function PriorityInput(props: Props) {
  return <Pick {...props} value={props.value ?? "normal"} offered={usePriorities()} />;
}
