import Button from "antd-mobile/es/components/button";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneLeadCard } from "../api/client";
import css from "./chat-sheet.module.css";
import { Sheet } from "./sheet";

/**
 * How to get to the chat. A web page may open one only through WeCom's own script from a trusted domain; this page
 * loads nothing from elsewhere, so it hands over the name to search for and says so.
 */
export function ChatSheet({
  card,
  open,
  onClose,
}: {
  card: PhoneLeadCard;
  open: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const name = card.lead.name || t("h5.lead.nameless");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(name);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <Sheet title={t("h5.chat.title")} open={open} onClose={onClose}>
      <ol className={css.steps}>
        <li>{t("h5.chat.leave")}</li>
        <li>{t("h5.chat.search", { name })}</li>
        <li>{t("h5.chat.back")}</li>
      </ol>
      <Button color="primary" size="large" block onClick={() => void copy()}>
        {copied ? t("h5.chat.copied") : t("h5.chat.copy", { name })}
      </Button>
    </Sheet>
  );
}
