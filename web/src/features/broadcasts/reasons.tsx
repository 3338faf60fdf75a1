import { useTranslation } from "react-i18next";
import type { Recipient } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import { useReason } from "./use-reason";

/** Why something did not leave, or waits, and until when. */
export function Reasons({
  of: { reasons, waits_until },
}: {
  of: Pick<Recipient, "reasons" | "waits_until">;
}) {
  const { t } = useTranslation();
  const why = useReason();
  return (
    <>
      {reasons.map(why).join(t("common.reasonSeparator")) || "—"}
      {waits_until && (
        <div>
          {t("broadcasts.recipient.waits")} <Moment at={waits_until} />
        </div>
      )}
    </>
  );
}
