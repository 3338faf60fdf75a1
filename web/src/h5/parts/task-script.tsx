import Button from "antd-mobile/es/components/button";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneTask } from "../api/client";
import { fillScript } from "./script-text";
import css from "./task-script.module.css";

interface Props {
  script: NonNullable<PhoneTask["script"]>;
  person: string | null;
}

/** 话术 of a task: what is to be said, ready to be copied into the chat. With a gap it is not copied. */
export function TaskScript({ script, person }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const { company, staff } = script;
  const { text, missing } = fillScript(script.text, { name: person, company, staff });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <figure className={css.script}>
      <figcaption>{t("h5.tasks.script", { name: script.name })}</figcaption>
      <p>{text}</p>
      <Button size="small" disabled={missing.length > 0} onClick={() => void copy()}>
        {t(copied ? "h5.tasks.copied" : "h5.tasks.copy")}
      </Button>
    </figure>
  );
}
