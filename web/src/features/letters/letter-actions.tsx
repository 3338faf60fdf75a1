import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Letter } from "@/api/types";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import styles from "./letters.module.css";
import { useDiscard, useReplay } from "./use-letters";

interface Props {
  /** One, or several of one kind. */
  letters: Letter[];
  onDone?: () => void;
}

type Act = "replay" | "discard" | "done" | "not_done";

/** Runs an act on letters and says how many it reached. */
function useAct({ letters, onDone }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const showError = useErrorToast();
  const replay = useReplay();
  const discard = useDiscard();
  const kind = letters[0]?.kind ?? "command";
  const ids = letters.map(({ id }) => id);

  const send = (act: Act) => {
    if (act === "replay") return replay.mutateAsync({ body: { kind, ids } });
    return discard.mutateAsync({ body: { kind, ids, ...(act !== "discard" && { resolution: act }) } });
  };
  const run = async (act: Act) => {
    try {
      const { count } = await send(act);
      message.success(t(`letters.acted.${act}`, { count }));
      onDone?.();
    } catch (error) {
      showError(error);
    }
  };
  return { run, busy: replay.isPending || discard.isPending };
}

function useConfirm() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return (act: Act, count: number, run: (act: Act) => Promise<void>) =>
    modal.confirm({
      title: t(`letters.confirm.${act}.title`, { count }),
      content: t(`letters.confirm.${act}.text`),
      okText: t(`letters.act.${act}`),
      okButtonProps: { danger: act === "discard" },
      cancelText: t("common.action.cancel"),
      onOk: () => run(act),
    });
}

/** What nobody knows must be looked up first; all else can be tried again or put away. */
export function LetterActions(props: Props) {
  const { t } = useTranslation();
  const { run, busy } = useAct(props);
  const confirm = useConfirm();
  const { letters } = props;
  const uncertain = letters.every((letter) => letter.uncertain);
  const mixed = !uncertain && letters.some((letter) => letter.uncertain);
  const expired = letters.some((letter) => letter.expired);
  const acts: Act[] = uncertain ? ["done", "not_done"] : ["replay", "discard"];
  if (mixed) return <span>{t("letters.mixed")}</span>;
  return (
    <span className={styles.actions}>
      {acts.map((act) => {
        const blocked = act === "replay" && expired;
        return (
          <Tooltip key={act} title={blocked ? t("letters.expiredHint") : t(`letters.hint.${act}`)}>
            <Button
              type="link"
              size="small"
              danger={act === "discard"}
              disabled={busy || blocked}
              onClick={() => confirm(act, letters.length, run)}
            >
              {t(`letters.act.${act}`)}
            </Button>
          </Tooltip>
        );
      })}
    </span>
  );
}
