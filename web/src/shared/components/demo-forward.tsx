import { FastForwardOutlined } from "@ant-design/icons";
import { App, Button, Card, Space, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { $api } from "@/api/client";
import { useMayWrite, useSignedIn } from "@/api/session";
import { useErrorText } from "@/shared/hooks/use-error-text";

const days = 14;

function Forward() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const story = $api.useQuery("get", "/api/demo", {}).data?.state;
  const playing = story !== "done";
  const forward = $api.useMutation("post", "/api/demo/forward");
  const go = async (mechanism: "take_away" | null) => {
    try {
      await forward.mutateAsync({ body: { days, mechanism } });
      message.success(t("demo.forward.begun", { days }));
    } catch (error) {
      const { title, fix } = errorText(error);
      message.error(`${title} ${fix}`);
    }
  };
  if (story === "idle") return null;
  const state = { loading: forward.isPending, disabled: playing };
  return (
    <Card size="small" style={{ marginBottom: 14 }}>
      <Space wrap>
        <Tag>{t("demo.forward.simulated")}</Tag>
        <Button {...state} type="primary" onClick={() => void go("take_away")}>
          {t("demo.forward.takeAway", { days })}
        </Button>
        <Button {...state} icon={<FastForwardOutlined />} onClick={() => void go(null)}>
          {t("demo.forward.days", { days })}
        </Button>
        <span>{t(playing ? "demo.forward.playing" : "demo.forward.text")}</span>
      </Space>
    </Card>
  );
}

/** In a demo: change what stands at the articles' feet and let days pass, to see what it brings. */
export function DemoForward() {
  const { demo } = useSignedIn();
  const mayWrite = useMayWrite();
  return demo && mayWrite ? <Forward /> : null;
}
