import { VideoCameraOutlined } from "@ant-design/icons";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VideoChannel } from "@/api/types";
import { FormDrawer } from "@/shared/components/form-drawer";
import { useVideoChannels } from "@/shared/hooks/use-video-channels";
import styles from "./accounts.module.css";
import { useRemoveVideoChannel, useSaveVideoChannel } from "./use-accounts";

interface Values {
  name: string;
  finder_id: string;
}

interface DrawerProps {
  /** None: a new one. */
  known: VideoChannel | null;
  onClose(): void;
}

/** What is noted of a Channels account: its name and id, for there is nothing else to connect. */
export function VideoChannelDrawer({ known, onClose }: DrawerProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const save = useSaveVideoChannel();
  const submit = async (body: Values) => {
    await save(known?.id ?? null, body);
    message.success(t("accounts.video.saved"));
  };
  const required = (label: string) => ({
    required: true,
    whitespace: true,
    message: t("common.required", { label }),
  });
  return (
    <FormDrawer<Values>
      title={t(known ? "accounts.video.edit" : "accounts.video.add")}
      form={form}
      initialValues={known ?? { name: "", finder_id: "" }}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className={styles.videoIntro}>{t("accounts.video.noApi")}</p>
      <Form.Item name="name" label={t("accounts.video.name")} rules={[required(t("accounts.video.name"))]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item
        name="finder_id"
        label={t("accounts.video.finderId")}
        extra={t("accounts.video.finderIdHint")}
        rules={[required(t("accounts.video.finderId"))]}
      >
        <Input maxLength={100} placeholder="sph…" />
      </Form.Item>
    </FormDrawer>
  );
}

function Card({ channel, onEdit }: { channel: VideoChannel; onEdit: (() => void) | undefined }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const remove = useRemoveVideoChannel();
  const ask = () =>
    modal.confirm({
      title: t("accounts.video.removeTitle", { name: channel.name }),
      content: t("accounts.video.removeText"),
      okText: t("accounts.video.remove"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync({ params: { path: { account_id: channel.id } } }),
    });
  return (
    <section className={`card ${styles.video}`} aria-label={channel.name}>
      <h2 className={styles.videoHead}>
        <VideoCameraOutlined />
        {channel.name}
      </h2>
      <p>
        {t("accounts.video.kind")} · <code>{channel.finder_id}</code>
      </p>
      <p className={styles.videoHint}>{t("accounts.video.noApi")}</p>
      {onEdit && (
        <div className={styles.videoActs}>
          <Button onClick={onEdit}>{t("common.action.edit")}</Button>
          <Button danger onClick={ask}>
            {t("accounts.video.remove")}
          </Button>
        </div>
      )}
    </section>
  );
}

/** The Channels accounts that somebody noted. */
export function VideoChannels({ mayManage }: { mayManage: boolean }) {
  const { data } = useVideoChannels();
  const [edited, setEdited] = useState<VideoChannel | null>(null);
  return (
    <>
      {data?.map((channel) => (
        <Card key={channel.id} channel={channel} onEdit={mayManage ? () => setEdited(channel) : undefined} />
      ))}
      {edited && <VideoChannelDrawer known={edited} onClose={() => setEdited(null)} />}
    </>
  );
}
