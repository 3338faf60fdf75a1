import { App } from "antd";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { useErrorText } from "@/shared/hooks/use-error-text";

interface Question {
  title: string;
  text: string;
  ok: string;
  act(): Promise<unknown>;
}

/** Asks before something that other systems rely on stops working. */
export function useConfirm(): (question: Question) => void {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const errorText = useErrorText();
  return ({ title, text, ok, act }) => {
    modal.confirm({
      title,
      content: text,
      okText: ok,
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: async () => {
        try {
          await act();
        } catch (error) {
          const { title: what, fix } = errorText(toApiError(error));
          message.error(`${what} ${fix}`);
        }
      },
    });
  };
}
