import { SyncOutlined, TeamOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { toApiError } from "@/api/errors";
import { useMayWrite } from "@/api/session";
import type { GroupChat } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { PageHead } from "@/shared/components/page-head";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { CharterFormDrawer } from "./charter-form-drawer";
import styles from "./group-chats.module.css";
import { useChatColumns } from "./use-chat-columns";
import { type ChatFilter, useChatList, useSyncChats } from "./use-group-chats";

const filterKeys: readonly ChatFilter[] = ["search", "kind", "charter", "dismissed"];

function Filters() {
  const { t } = useTranslation();
  const kinds = (["functional", "communication"] as const).map((value) => ({
    value,
    label: t(`groupChats.kind.${value}`),
  }));
  const charters = (["missing", "overdue", "complete"] as const).map((value) => ({
    value,
    label: t(`groupChats.charterState.${value}`),
  }));
  return (
    <>
      <Form.Item name="search" label={t("groupChats.filter.search")}>
        <Input allowClear data-search maxLength={100} />
      </Form.Item>
      <Form.Item name="kind" label={t("groupChats.filter.kind")}>
        <Select allowClear placeholder={t("groupChats.filter.all")} options={kinds} />
      </Form.Item>
      <Form.Item name="charter" label={t("groupChats.filter.charter")}>
        <Select allowClear placeholder={t("groupChats.filter.all")} options={charters} />
      </Form.Item>
      <Form.Item name="dismissed" label={t("groupChats.filter.state")}>
        <Select
          allowClear
          placeholder={t("groupChats.filter.alive")}
          options={[{ value: "true", label: t("groupChats.state.dismissed") }]}
        />
      </Form.Item>
    </>
  );
}

function SyncButton({ primary = false }: { primary?: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const sync = useSyncChats();
  const run = async () => {
    try {
      const { accounts } = await sync.mutateAsync({});
      if (accounts > 0) message.success(t("groupChats.sync.started"));
      else message.warning(t("groupChats.sync.noAccount"));
    } catch (error) {
      const { title, fix } = errorText(toApiError(error));
      message.error(`${title} ${fix}`);
    }
  };
  return (
    <Button
      type={primary ? "primary" : "default"}
      icon={<SyncOutlined />}
      loading={sync.isPending}
      onClick={() => void run()}
    >
      {t("groupChats.sync.button")}
    </Button>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const key = filtered ? "emptyFiltered" : "empty";
  return (
    <EmptyState
      icon={<TeamOutlined />}
      title={t(`groupChats.${key}.title`)}
      text={t(`groupChats.${key}.text`)}
      action={!filtered && mayWrite && <SyncButton primary />}
    />
  );
}

export function Page() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useTableState(filterKeys);
  const list = useChatList(state);
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState<GroupChat | null>(null);
  const open = (chat: GroupChat) => void navigate(`/group-chats/${chat.id}`);
  const columns = useChatColumns({ onOpen: open, onEdit: setEditing });
  const lacking = list.data?.without_charter ?? 0;
  return (
    <>
      <PageHead title={t("groupChats.title")} text={t("groupChats.text")} />
      <FilterCard state={state}>
        <Filters />
      </FilterCard>
      <DataTable
        name="group-chats"
        label={t("groupChats.title")}
        columns={columns}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={open}
        lead={
          lacking > 0 && (
            <button
              type="button"
              className={styles.lacking}
              onClick={() => state.applyFilters({ charter: "missing" })}
            >
              {t("groupChats.lacking", { count: lacking })}
            </button>
          )
        }
        empty={<Nothing filtered={Object.values(state.filters).some(Boolean)} />}
        actions={mayWrite && <SyncButton />}
      />
      {editing !== null && <CharterFormDrawer chat={editing} onClose={() => setEditing(null)} />}
    </>
  );
}
