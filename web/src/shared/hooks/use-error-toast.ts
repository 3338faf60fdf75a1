import { App } from "antd";
import { useErrorText } from "./use-error-text";

/** Tells in passing what went wrong and what to do. */
export function useErrorToast(): (error: unknown) => void {
  const { message } = App.useApp();
  const errorText = useErrorText();
  return (error) => {
    const { title, fix } = errorText(error);
    message.error(`${title} ${fix}`);
  };
}
