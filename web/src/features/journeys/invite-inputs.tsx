/** Fields of an invitation to a group chat: by what it goes, from which account, and to which join way. */
import { Radio } from "antd";
import { useTranslation } from "react-i18next";
import { JoinWaySelect } from "@/shared/components/join-way-select";
import type { InputProps } from "./field-inputs";
import { AccountInput, CorpInput } from "./pick-inputs";

export function InviteByInput({ id, value, onChange }: InputProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      id={id}
      value={value}
      options={[
        { value: "confirmed", label: t("journeyNodes.invite.confirmed") },
        { value: "service_message", label: t("journeyNodes.invite.service_message") },
      ]}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

export function InviteAccountInput(props: InputProps) {
  return props.node?.by === "confirmed" ? <CorpInput {...props} /> : <AccountInput {...props} />;
}

export function JoinWayInput({ value, onChange, node }: InputProps) {
  const corp = node?.by === "confirmed" && typeof node.account_id === "number" ? node.account_id : undefined;
  return <JoinWaySelect accountId={corp} value={value as string} onChange={(code) => onChange(code)} />;
}
