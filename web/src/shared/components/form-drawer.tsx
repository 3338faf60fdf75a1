import { App, Button, Drawer, Form, type FormInstance, Space } from "antd";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { toApiError } from "@/api/errors";
import { useFieldErrors } from "@/shared/hooks/use-field-errors";
import { narrow, useMediaQuery } from "@/shared/hooks/use-media-query";
import { ErrorAlert } from "./error-alert";
import styles from "./form-drawer.module.css";

interface Props<Values> {
  title: string;
  form: FormInstance<Values>;
  initialValues: Partial<Values>;
  /** Saves; the drawer closes when it resolves and shows the error when it rejects. */
  onSubmit(values: Values): Promise<unknown>;
  onClose(): void;
  children: ReactNode;
  /** Beside the form: a live preview. */
  aside?: ReactNode;
  /** The aside gets the larger part, for what is drawn. */
  wideAside?: boolean;
  submitText?: string;
}

function useLeaveGuard(dirty: boolean, onClose: () => void) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const ask = useCallback(
    (leave: () => void, stay?: () => void) =>
      modal.confirm({
        title: t("form.unsaved"),
        content: t("form.unsavedText"),
        okText: t("form.discard"),
        okButtonProps: { danger: true },
        cancelText: t("form.keepEditing"),
        onOk: leave,
        onCancel: stay,
      }),
    [modal, t],
  );

  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state === "blocked") ask(blocker.proceed, blocker.reset);
  }, [blocker, ask]);

  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);

  return useCallback(() => (dirty ? void ask(onClose) : onClose()), [dirty, ask, onClose]);
}

/** Creates or edits one thing at the side of its list; never loses typed text without asking. */
export function FormDrawer<Values extends object>(props: Props<Values>) {
  const { title, form, initialValues, onSubmit, onClose, children, aside, wideAside, submitText } = props;
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(narrow);
  const [dirty, setDirty] = useState(false);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = useLeaveGuard(dirty && !saving, onClose);
  const complaint = useRef<HTMLDivElement>(null);
  const showFieldErrors = useFieldErrors(form);

  useEffect(() => {
    if (error !== null) complaint.current?.scrollIntoView?.({ block: "center" });
  }, [error]);

  const submit = async (values: Values) => {
    setSaving(true);
    setError(null);
    try {
      await onSubmit(values);
      setDirty(false);
      onClose();
    } catch (reason) {
      const allShown = showFieldErrors(toApiError(reason));
      setError(allShown ? null : reason);
    } finally {
      setSaving(false);
    }
  };

  return (
    <Drawer
      open
      title={title}
      size={isNarrow ? "100%" : wideAside ? "min(1200px, 100vw)" : aside ? 920 : 560}
      onClose={close}
      mask={{ closable: !dirty }}
      styles={{ body: { padding: 0 } }}
      footer={
        <Space className={styles.footer}>
          <Button onClick={close}>{t("common.action.cancel")}</Button>
          <Button type="primary" loading={saving} onClick={form.submit}>
            {submitText ?? t("common.action.save")}
          </Button>
        </Space>
      }
    >
      <div className={`${styles.body} ${wideAside ? styles.wide : ""}`}>
        <div className={styles.form}>
          <div ref={complaint}>{error !== null && <ErrorAlert error={error} />}</div>
          <Form
            form={form}
            name="drawer"
            layout="vertical"
            initialValues={initialValues}
            scrollToFirstError={{ behavior: "smooth", block: "center" }}
            onValuesChange={() => setDirty(true)}
            onFinish={submit}
          >
            {children}
          </Form>
        </div>
        {aside && (
          <div className={styles.aside}>
            <div className={styles.pinned}>{aside}</div>
          </div>
        )}
      </div>
    </Drawer>
  );
}
