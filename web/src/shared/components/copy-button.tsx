import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { App, Button, type ButtonProps } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const shownFor = 1_600;

/** Web pages on plain HTTP have no clipboard API; then the old command does it. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

export function CopyButton({ text, label, ...button }: { text: string; label?: string } & ButtonProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownFor);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () => {
    copyText(text).then(
      () => setCopied(true),
      () => message.error(t("common.action.copyFailed")),
    );
  };
  const words = copied ? t("common.action.copied") : (label ?? t("common.action.copy"));
  return (
    <Button {...button} icon={copied ? <CheckOutlined /> : <CopyOutlined />} onClick={copy}>
      {words}
    </Button>
  );
}
