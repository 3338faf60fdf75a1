import { EyeInvisibleOutlined, EyeOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input } from "antd";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { toApiError } from "@/api/errors";
import { useSignIn } from "@/api/session";
import { ErrorAlert } from "@/shared/components/error-alert";

/** Seconds until the lock-out ends; counts down by itself. */
function useLockout(error: unknown): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (!error) return;
    const { code, params } = toApiError(error);
    if (code !== "too_many_tries") return;
    setLeft(Number(params.seconds ?? 60));
    const timer = setInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1_000);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

function Refusal({ error, lockedFor }: { error: unknown; lockedFor: number }) {
  const { t } = useTranslation();
  const { status } = toApiError(error);
  const margin = { marginBottom: 16 };
  if (lockedFor > 0) {
    const title = t("access.login.locked", { seconds: lockedFor });
    return (
      <Alert
        type="warning"
        showIcon
        style={margin}
        title={title}
        description={t("access.login.lockedHint")}
      />
    );
  }
  if (status === 429) return null;
  if (status !== 401) return <ErrorAlert error={error} />;
  return (
    <Alert
      type="error"
      showIcon
      style={margin}
      title={t("access.login.wrong")}
      description={t("access.login.wrongHint")}
    />
  );
}

function LinkNotice() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  if (query.get("error") !== "link_used") return null;
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 16 }}
      title={t("error.link_used.title")}
      description={t("error.link_used.fix")}
    />
  );
}

export function LoginForm() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const lockedFor = useLockout(signIn.error);
  const [capsLock, setCapsLock] = useState(false);
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <Form
      name="login"
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={(values) => signIn.mutate(values)}
    >
      <div aria-live="polite">
        {!signIn.error && <LinkNotice />}
        {signIn.error && <Refusal error={signIn.error} lockedFor={lockedFor} />}
      </div>
      <Form.Item
        name="login"
        label={t("access.login.name")}
        rules={[{ required: true, message: t("common.required", { label: t("access.login.name") }) }]}
      >
        <Input autoComplete="username" autoFocus />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("access.login.password")}
        rules={[{ required: true, message: t("common.required", { label: t("access.login.password") }) }]}
        extra={capsLock ? t("access.login.capsLock") : undefined}
      >
        <Input.Password
          autoComplete="current-password"
          onKeyUp={watchCapsLock}
          onKeyDown={watchCapsLock}
          onBlur={() => setCapsLock(false)}
          iconRender={(visible) => (
            <span
              role="img"
              aria-label={t(visible ? "access.login.hidePassword" : "access.login.showPassword")}
            >
              {visible ? <EyeOutlined /> : <EyeInvisibleOutlined />}
            </span>
          )}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={signIn.isPending} disabled={lockedFor > 0}>
        {t("access.login.submit")}
      </Button>
    </Form>
  );
}
