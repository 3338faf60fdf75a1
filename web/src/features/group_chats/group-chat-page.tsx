import { ArrowLeftOutlined, EditOutlined } from "@ant-design/icons";
import { Alert, Button, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useMayWrite } from "@/api/session";
import type { GroupChat } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import { useTitle } from "@/shared/hooks/use-title";
import { CharterFormDrawer } from "./charter-form-drawer";
import { CharterTag } from "./charter-tag";
import { DayBars } from "./day-bars";
import { FillBar } from "./fill-bar";
import styles from "./group-chat-page.module.css";
import { MemberTable } from "./member-table";
import { ChatState } from "./use-chat-columns";
import { useChat } from "./use-group-chats";

function Facts({ chat }: { chat: GroupChat }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t("groupChats.column.state")}</dt>
        <dd>
          <ChatState chat={chat} />
        </dd>
      </div>
      <div>
        <dt>{t("groupChats.column.owner")}</dt>
        <dd>{chat.owner_name}</dd>
      </div>
      <div>
        <dt>{t("groupChats.form.endsOn")}</dt>
        <dd className="tabular">{chat.charter.ends_on ?? t("groupChats.noEnd")}</dd>
      </div>
      <div>
        <dt>{t("groupChats.column.created")}</dt>
        <dd>{chat.created_at ? <Moment at={chat.created_at} /> : t("common.none")}</dd>
      </div>
      <div>
        <dt>{t("groupChats.fetched")}</dt>
        <dd>{chat.fetched_at ? <Moment at={chat.fetched_at} relative /> : t("common.none")}</dd>
      </div>
    </dl>
  );
}

function Figures({ chat }: { chat: GroupChat }) {
  const { t } = useTranslation();
  const { customers, joined, left } = chat.counts;
  const figures = [
    { key: "customers", label: t("groupChats.column.customers"), value: customers },
    { key: "staff", label: t("groupChats.staff"), value: chat.staff },
    { key: "joined", label: t("groupChats.joined"), value: joined },
    { key: "left", label: t("groupChats.column.left"), value: left },
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(({ key, label, value }) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd className="tabular">{formatNumber(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Content({ chat }: { chat: GroupChat }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState(false);
  const name = chat.name || t("groupChats.unnamed");
  useTitle(name);
  const edit = mayWrite && (
    <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
      {t("groupChats.charter")}
    </Button>
  );
  const { state } = chat.charter;
  return (
    <>
      <header className={`card ${styles.head}`}>
        <div className={styles.title}>
          <h1>{name}</h1>
          {edit}
        </div>
        <CharterTag charter={chat.charter} />
        <FillBar members={chat.members} capacity={chat.capacity} />
        <Facts chat={chat} />
      </header>
      {state !== "complete" && (
        <Alert
          type="warning"
          showIcon
          className={styles.notice}
          title={t(`groupChats.charterHint.${state}`)}
        />
      )}
      <section className={`card ${styles.moves}`} aria-label={t("groupChats.days.title")}>
        <Figures chat={chat} />
        <DayBars chatId={chat.id} />
      </section>
      <MemberTable chat={chat} />
      {editing && <CharterFormDrawer chat={chat} onClose={() => setEditing(false)} />}
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = useChat(Number(id) || 0);
  return (
    <>
      <Link to="/group-chats" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("groupChats.title")}
      </Link>
      {query.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Content chat={query.data} />}
    </>
  );
}
