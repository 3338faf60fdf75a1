import { DownOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { LeadDetail } from "@/api/types";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { NoteDrawer, OwnerDrawer, StageDrawer } from "./lead-drawers";
import { useLeadActs } from "./use-leads";

type Open = "note" | "stage" | "owner" | "claim" | null;

/** Runs an act and says how it ended. */
function useSay() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  return async (act: Promise<unknown>) => {
    try {
      await act;
      message.success(t("leads.act.done"));
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };
}

function PoolActs({ open }: { open(what: Open): void }) {
  const { t } = useTranslation();
  return (
    <Button type="primary" onClick={() => open("claim")}>
      {t("leads.act.claim")}
    </Button>
  );
}

function OwnActs({ lead, open }: { lead: LeadDetail; open(what: Open): void }) {
  const { t } = useTranslation();
  const say = useSay();
  const { params, accept, contacted, putBack, adding } = useLeadActs(lead.id);
  const mayWrite = useMayWrite();
  const asked = lead.tasks.some(({ kind }) => kind === "add_friend");
  const outcomes = (["sent", "added", "not_found", "refused"] as const).map((outcome) => ({
    key: outcome,
    label: t(`leads.adding.${outcome}`),
    onClick: () => void say(adding.mutateAsync({ params, body: { outcome } })),
  }));
  const more = [
    ...(mayWrite ? [{ key: "owner", label: t("leads.act.assign"), onClick: () => open("owner") }] : []),
    ...(lead.is_friend
      ? []
      : [
          {
            key: "return",
            label: t("leads.act.return"),
            onClick: () => void say(putBack.mutateAsync({ params })),
          },
        ]),
  ];
  return (
    <>
      {lead.accepted_at === null ? (
        <Button type="primary" onClick={() => void say(accept.mutateAsync({ params }))}>
          {t("leads.act.accept")}
        </Button>
      ) : (
        lead.contacted_at === null && (
          <Button type="primary" onClick={() => void say(contacted.mutateAsync({ params }))}>
            {t("leads.act.contacted")}
          </Button>
        )
      )}
      {asked && (
        <Dropdown menu={{ items: outcomes }} trigger={["click"]}>
          <Button>
            {t("leads.adding.title")} <DownOutlined />
          </Button>
        </Dropdown>
      )}
      <Button onClick={() => open("note")}>{t("leads.act.note")}</Button>
      <Button onClick={() => open("stage")}>{t("leads.act.stage")}</Button>
      {more.length > 0 && (
        <Dropdown menu={{ items: more }} trigger={["click"]}>
          <Button aria-label={t("common.action.more")} icon={<DownOutlined />} />
        </Dropdown>
      )}
    </>
  );
}

/** What can be done about a lead now. */
export function LeadActs({ lead }: { lead: LeadDetail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Flex wrap gap={8}>
      {lead.closed_at !== null ? (
        <Button onClick={() => setOpen("stage")}>{t("leads.act.reopen")}</Button>
      ) : lead.staff === null ? (
        <PoolActs open={setOpen} />
      ) : (
        <OwnActs lead={lead} open={setOpen} />
      )}
      {open === "note" && <NoteDrawer lead={lead} onClose={close} />}
      {open === "stage" && <StageDrawer lead={lead} onClose={close} />}
      {(open === "owner" || open === "claim") && <OwnerDrawer lead={lead} how={open} onClose={close} />}
    </Flex>
  );
}
