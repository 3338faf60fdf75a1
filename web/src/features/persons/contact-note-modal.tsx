import { App } from "antd";
import { useTranslation } from "react-i18next";
import type { ContactStanding } from "@/api/types";
import { ReasonModal } from "@/shared/components/reason-modal";
import { useNoteContact } from "./use-persons";

export type ContactAct = ContactStanding["entries"][number]["act"];

/** Notes an opt-out, a complaint, or the end of one: with its reason, which stays in the ledger. */
export function ContactNoteModal(props: { personId: string; act: ContactAct; onClose(): void }) {
  const { personId, act, onClose } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const note = useNoteContact(personId);
  const save = async (reason: string) => {
    await note.mutateAsync({ params: { path: { person_id: personId } }, body: { act, reason } });
    message.success(t("persons.contact.noted"));
  };
  return (
    <ReasonModal
      title={t(`persons.contact.do.${act}`)}
      okText={t("common.action.save")}
      onSubmit={save}
      onClose={onClose}
    >
      {t(`persons.contact.means.${act}`)}
    </ReasonModal>
  );
}
