import { App, Button, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { MomentPost } from "@/api/types";
import { useErrorToast } from "@/shared/hooks/use-error-toast";
import { actsOf, type MomentAct, useAct } from "./use-moments";

function Act({ post, act }: { post: MomentPost; act: MomentAct }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const showError = useErrorToast();
  const navigate = useNavigate();
  const { run, isPending } = useAct(post, act);
  const danger = act !== "plan";
  const go = async () => {
    try {
      await run();
      message.success(t(`moments.act.${act}.done`));
      if (act === "delete") void navigate("/moments");
    } catch (reason) {
      showError(reason);
    }
  };
  const ask = () =>
    modal.confirm({
      title: t(`moments.act.${act}.title`),
      content: t(`moments.act.${act}.text`, { count: post.members.length }),
      okText: t(`moments.act.${act}.do`),
      okButtonProps: { danger },
      cancelText: t("common.action.cancel"),
      onOk: go,
    });
  return (
    <Button type={danger ? "default" : "primary"} danger={danger} loading={isPending} onClick={ask}>
      {t(`moments.act.${act}.do`)}
    </Button>
  );
}

/** Planning, cancelling, throwing away: what its state allows. */
export function MomentActs({ post }: { post: MomentPost }) {
  return (
    <Space wrap>
      {actsOf(post).map((act) => (
        <Act key={act} post={post} act={act} />
      ))}
    </Space>
  );
}
