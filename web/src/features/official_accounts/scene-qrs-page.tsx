import { MessageOutlined, PlusOutlined, QrcodeOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useMayWrite } from "@/api/session";
import type { Account, SceneQr } from "@/api/types";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { PageHead } from "@/shared/components/page-head";
import { formatNumber } from "@/shared/format/format";
import limits from "@/shared/limits/platform-limits.json";
import { FollowReplyDrawer } from "./follow-reply-drawer";
import { SceneQrDetail } from "./scene-qr-detail";
import { SceneQrFormDrawer } from "./scene-qr-form-drawer";
import { type SceneQrFilter, useOfficialAccounts, useSceneQrList } from "./use-official-accounts";
import { useSceneQrColumns } from "./use-scene-qr-columns";

const filterKeys: readonly SceneQrFilter[] = ["search", "account_id"];

function Filters({ accounts }: { accounts: Account[] }) {
  const { t } = useTranslation();
  const options = accounts.map(({ id, name }) => ({ value: String(id), label: name }));
  return (
    <>
      <Form.Item name="search" label={t("sceneQrs.column.name")}>
        <Input allowClear data-search maxLength={100} />
      </Form.Item>
      <Form.Item name="account_id" label={t("sceneQrs.form.account")}>
        <Select allowClear options={options} placeholder={t("sceneQrs.allAccounts")} />
      </Form.Item>
    </>
  );
}

interface NothingProps {
  filtered: boolean;
  connected: boolean;
  onCreate: (() => void) | null;
}

function Nothing({ filtered, connected, onCreate }: NothingProps) {
  const { t } = useTranslation();
  const key = filtered ? "emptyFiltered" : "empty";
  const create = onCreate && (
    <Button type="primary" icon={<PlusOutlined />} onClick={onCreate}>
      {t("sceneQrs.new")}
    </Button>
  );
  const action = connected ? create : <Link to="/settings/accounts">{t("sceneQrs.needAccount")}</Link>;
  return (
    <EmptyState
      icon={<QrcodeOutlined />}
      title={t(`sceneQrs.${key}.title`)}
      text={t(`sceneQrs.${key}.text`)}
      action={!filtered && action}
    />
  );
}

export function Page() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const state = useTableState(filterKeys);
  const list = useSceneQrList(state);
  const accounts = useOfficialAccounts();
  const mayWrite = useMayWrite();
  const [editing, setEditing] = useState<SceneQr | "new" | null>(null);
  const [greeting, setGreeting] = useState(false);
  const show = (qr: SceneQr | null) =>
    setQuery((before) => {
      const next = new URLSearchParams(before);
      if (qr) next.set("open", String(qr.id));
      else next.delete("open");
      return next;
    });
  const columns = useSceneQrColumns({ onOpen: show, onEdit: setEditing });
  const opened = Number(query.get("open")) || null;
  const connected = accounts === undefined || accounts.length > 0;
  const create = mayWrite ? () => setEditing("new") : null;
  const filtered = Object.values(state.filters).some(Boolean);

  return (
    <>
      <PageHead title={t("sceneQrs.title")} text={t("sceneQrs.text")} />
      <Alert
        type="info"
        showIcon
        style={{ marginBottom: 14 }}
        title={t("sceneQrs.limits", {
          days: limits.sceneQrDays.value,
          codes: formatNumber(limits.permanentSceneQrs.value),
        })}
      />
      <FilterCard state={state}>
        <Filters accounts={accounts ?? []} />
      </FilterCard>
      <DataTable
        name="scene-qrs"
        label={t("sceneQrs.title")}
        columns={columns}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={show}
        empty={<Nothing filtered={filtered} connected={connected} onCreate={create} />}
        actions={
          create && (
            <Space>
              {accounts !== undefined && accounts.length > 0 && (
                <Button icon={<MessageOutlined />} onClick={() => setGreeting(true)}>
                  {t("sceneQrs.followReply.title")}
                </Button>
              )}
              <Button type="primary" icon={<PlusOutlined />} onClick={create}>
                {t("sceneQrs.new")}
              </Button>
            </Space>
          )
        }
      />
      {opened !== null && <SceneQrDetail id={opened} onClose={() => show(null)} onEdit={setEditing} />}
      {editing !== null && (
        <SceneQrFormDrawer qr={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
      {greeting && accounts && <FollowReplyDrawer accounts={accounts} onClose={() => setGreeting(false)} />}
    </>
  );
}
