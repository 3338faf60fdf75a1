import { ThunderboltOutlined } from "@ant-design/icons";
import { Button, Form, Input, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountKind } from "@/api/types";
import { CopyButton } from "@/shared/components/copy-button";

interface Props {
  kind: AccountKind;
  name: "secret" | "callback_token" | "aes_key";
  /** The server has one already; it is never shown again. */
  kept: boolean;
  /** Letters and digits of one that we may make up; none when it comes from the platform. */
  length?: number;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits, each equally likely. */
export function makeSecret(length: number): string {
  const fair = Math.floor(256 / alphabet.length) * alphabet.length;
  let made = "";
  while (made.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < fair && made.length < length) made += alphabet[byte % alphabet.length];
    }
  }
  return made;
}

export function SecretField({ kind, name, kept, length }: Props) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const value = Form.useWatch<string | undefined>(name);
  const [visible, setVisible] = useState(false);
  const make = (wanted: number) => {
    form.setFieldValue(name, makeSecret(wanted));
    setVisible(true);
  };
  return (
    <Form.Item
      label={t(`accounts.field.${kind}.${name}.label`)}
      htmlFor={`drawer_${name}`}
      extra={t(`accounts.field.${kind}.${name}.hint`)}
    >
      <Space.Compact style={{ width: "100%" }}>
        <Form.Item name={name} noStyle>
          <Input.Password
            autoComplete="new-password"
            spellCheck={false}
            maxLength={256}
            placeholder={kept ? t("accounts.secretKept") : undefined}
            visibilityToggle={{ visible, onVisibleChange: setVisible }}
          />
        </Form.Item>
        {length !== undefined && (
          <Button icon={<ThunderboltOutlined />} onClick={() => make(length)}>
            {t("accounts.generate")}
          </Button>
        )}
        {length !== undefined && value && <CopyButton text={value} />}
      </Space.Compact>
    </Form.Item>
  );
}
