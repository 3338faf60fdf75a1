import { App, Button, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { Broadcast } from "@/api/types";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { actsOf, type BroadcastAct, useAct } from "./use-broadcasts";

const asking: BroadcastAct[] = ["confirm", "approve", "stop", "end"];
const leading: BroadcastAct[] = ["confirm", "approve", "resume"];

function Act({ broadcast, act }: { broadcast: Broadcast; act: BroadcastAct }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const showError = useErrorToast();
  const { run, isPending } = useAct(broadcast, act);
  const go = async () => {
    try {
      await run();
      message.success(t(`broadcasts.act.${act}.done`));
    } catch (reason) {
      showError(reason);
    }
  };
  const ask = () =>
    modal.confirm({
      title: t(`broadcasts.act.${act as "stop"}.title`, { name: broadcast.name }),
      content:
        act === "confirm" && broadcast.needs_approval
          ? t("broadcasts.act.confirm.textApproval")
          : t(`broadcasts.act.${act as "stop"}.text`),
      okText: t(`broadcasts.act.${act}.do`),
      okButtonProps: { danger: act === "stop" || act === "end" },
      cancelText: t("common.action.cancel"),
      onOk: go,
    });
  return (
    <Button
      type={leading.includes(act) ? "primary" : "default"}
      danger={act === "stop" || act === "end"}
      loading={isPending}
      onClick={() => void (asking.includes(act) ? ask() : go())}
    >
      {t(`broadcasts.act.${act}.do`)}
    </Button>
  );
}

/** Confirming, approving, stopping, going on: what its state allows. */
export function BroadcastActs({ broadcast }: { broadcast: Broadcast }) {
  return (
    <Space wrap>
      {actsOf(broadcast).map((act) => (
        <Act key={act} broadcast={broadcast} act={act} />
      ))}
    </Space>
  );
}
