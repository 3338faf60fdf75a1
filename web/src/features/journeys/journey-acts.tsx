import { App, Button, type ButtonProps, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { Journey } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { actsOf, at, type JourneyAct, useAct } from "./use-journeys";

const grave: JourneyAct[] = ["stop"];
const asking: JourneyAct[] = ["pause", "stop", "archive"];

function Act({ journey, act, ...look }: { journey: Journey; act: JourneyAct } & ButtonProps) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const showError = useErrorToast();
  const mutation = useAct(act);
  const run = async () => {
    try {
      await mutation.mutateAsync(at(journey.id));
      message.success(t(`journeys.act.${act}.done`));
    } catch (reason) {
      showError(reason);
    }
  };
  const ask = () =>
    modal.confirm({
      title: t(`journeys.act.${act as "stop"}.title`, { name: journey.name }),
      content: t(`journeys.act.${act as "stop"}.text`, { count: formatNumber(journey.inside) }),
      okText: t(`journeys.act.${act}.do`),
      okButtonProps: { danger: grave.includes(act) },
      cancelText: t("common.action.cancel"),
      onOk: run,
    });
  return (
    <Button
      {...look}
      danger={grave.includes(act)}
      loading={mutation.isPending}
      onClick={() => void (asking.includes(act) ? ask() : run())}
    >
      {t(`journeys.act.${act}.do`)}
    </Button>
  );
}

/** Pausing, going on, stopping, putting away: what the journey's state allows. */
export function JourneyActs({ journey, ...look }: { journey: Journey } & ButtonProps) {
  return (
    <Space wrap size={look.type === "link" ? 0 : "small"}>
      {actsOf(journey).map((act) => (
        <Act key={act} journey={journey} act={act} {...look} />
      ))}
    </Space>
  );
}
