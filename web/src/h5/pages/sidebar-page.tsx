import { useTranslation } from "react-i18next";
import { isOver } from "../api/use-resource";
import { MaterialList } from "../parts/material-list";
import { SidebarHead } from "../parts/sidebar-head";
import { SidebarLead } from "../parts/sidebar-lead";
import { Toast } from "../parts/toast";
import { Waiting } from "../parts/waiting";
import { ProblemPage } from "./problem-page";
import css from "./sidebar-page.module.css";
import { type Opened, useSending, useSidebar } from "./use-sidebar";

interface Props {
  opened: Opened;
  onChange: (opened: Opened) => void;
  onClaimed: () => void;
}

function Sidebar({ opened, onChange, onClaimed }: Props) {
  const { t } = useTranslation();
  const sending = useSending(opened, (customer) => onChange({ ...opened, customer }));
  const { customer, materials } = opened;
  if (sending.failed !== null && isOver(sending.failed))
    return <ProblemPage code={sending.failed.code} again />;
  return (
    <main className={css.page}>
      <SidebarHead customer={customer} />
      <SidebarLead lead={customer.lead} sent={sending.sent} onClaimed={onClaimed} key={customer.lead?.id} />
      <MaterialList customer={customer} materials={materials} sending={sending} />
      <Toast
        said={sending.sent > 0 ? t("h5.sidebar.sent") : ""}
        failed={sending.failed}
        onGone={sending.forget}
      />
    </main>
  );
}

/** Beside the chat with one customer: who it is, their lead, and what can be sent to them now. */
export function SidebarPage() {
  const resource = useSidebar();
  const { data, error, reload, put } = resource;
  if (data !== null)
    return <Sidebar opened={data} onChange={put} onClaimed={reload} key={data.chat.externalUserid} />;
  if (error === null) return <Waiting />;
  return isOver(error) ? (
    <ProblemPage code={error.code} again />
  ) : (
    <ProblemPage code={error.code} onRetry={reload} />
  );
}
