import { QrcodeOutlined } from "@ant-design/icons";
import { App, Button, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { toApiError } from "@/api/errors";
import { fileAddress } from "@/api/files";
import { useMayWrite } from "@/api/session";
import type { JoinWay } from "@/api/types";
import type { Column } from "@/shared/components/data-table/types";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import { useErrorText } from "@/shared/hooks/use-error-text";
import { JoinWayStatus } from "./join-way-status";
import styles from "./join-ways.module.css";
import { useDeleteWay } from "./use-group-chats";

const chatsShown = 2;

/** How many group chats there really are, and whether there is room left. */
export function Chats({ way }: { way: JoinWay }) {
  const { t } = useTranslation();
  const names = way.chats.map(({ name }) => name || t("groupChats.unnamed"));
  const made = way.chats.filter((chat) => chat.made).length;
  return (
    <Tooltip title={names.length > chatsShown ? names.join(t("common.listSeparator")) : undefined}>
      <span className={styles.chats}>
        <b className="tabular">{formatNumber(way.chats.length)}</b>
        <span>{names.slice(0, chatsShown).join(t("common.listSeparator"))}</span>
        {made > 0 && <Tag>{t("joinWays.made", { count: made })}</Tag>}
        {way.room !== "open" && (
          <Tag color={way.room === "full" ? "error" : "warning"}>{t(`joinWays.room.${way.room}`)}</Tag>
        )}
      </span>
    </Tooltip>
  );
}

/** Asks before a code that is out in the world stops working. */
export function useConfirmDelete() {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const errorText = useErrorText();
  const remove = useDeleteWay();
  return (way: JoinWay) =>
    modal.confirm({
      title: t("joinWays.delete.title", { name: way.name }),
      content: t("joinWays.delete.text"),
      okText: t("common.action.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.action.cancel"),
      onOk: async () => {
        try {
          await remove.mutateAsync({ params: { path: { way_id: way.id } } });
          message.success(t("joinWays.delete.done"));
        } catch (error) {
          const { title, fix } = errorText(toApiError(error));
          message.error(`${title} ${fix}`);
        }
      },
    });
}

interface Actions {
  onOpen(way: JoinWay): void;
  onEdit(way: JoinWay): void;
}

function RowActions({ way, onOpen, onEdit }: Actions & { way: JoinWay }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const confirmDelete = useConfirmDelete();
  const locked = way.status === "deleting";
  return (
    <span className={styles.actions}>
      <Button type="link" size="small" onClick={() => onOpen(way)}>
        {t("common.action.detail")}
      </Button>
      {mayWrite && (
        <>
          <Button type="link" size="small" disabled={locked} onClick={() => onEdit(way)}>
            {t("common.action.edit")}
          </Button>
          <Button type="link" size="small" danger disabled={locked} onClick={() => confirmDelete(way)}>
            {t("common.action.delete")}
          </Button>
        </>
      )}
    </span>
  );
}

function Thumbnail({ way, onOpen }: { way: JoinWay; onOpen(): void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={styles.thumbnail}
      aria-label={t("joinWays.detail.open", { name: way.name })}
      onClick={onOpen}
    >
      {way.file_id ? <img src={fileAddress(way.file_id)} alt="" loading="lazy" /> : <QrcodeOutlined />}
    </button>
  );
}

export function useWayColumns(actions: Actions): Column<JoinWay>[] {
  const { t } = useTranslation();
  const count = (key: "joins" | "customers" | "present"): Column<JoinWay> => ({
    key,
    title: t(`joinWays.column.${key}`),
    align: "right",
    render: ({ counts }) => <Tooltip title={t(`joinWays.hint.${key}`)}>{formatNumber(counts[key])}</Tooltip>,
  });
  return [
    {
      key: "qr",
      title: t("joinWays.column.qr"),
      width: 84,
      render: (way) => <Thumbnail way={way} onOpen={() => actions.onOpen(way)} />,
    },
    {
      key: "name",
      title: t("joinWays.column.name"),
      fixed: true,
      render: (way) => (
        <Button type="link" className={styles.name} onClick={() => actions.onOpen(way)}>
          {way.name}
        </Button>
      ),
    },
    count("joins"),
    count("customers"),
    count("present"),
    { key: "chats", title: t("joinWays.column.chats"), render: (way) => <Chats way={way} /> },
    {
      key: "autoCreate",
      title: t("joinWays.column.autoCreate"),
      render: ({ auto_create, base_name, base_id }) =>
        auto_create ? `${base_name}${base_id}…` : t("joinWays.form.autoOff"),
    },
    { key: "status", title: t("joinWays.column.status"), render: (way) => <JoinWayStatus way={way} /> },
    {
      key: "updated",
      title: t("joinWays.column.updated"),
      render: ({ updated_at }) => <Moment at={updated_at} />,
    },
    {
      key: "actions",
      title: t("joinWays.column.actions"),
      sticky: true,
      render: (way) => <RowActions way={way} {...actions} />,
    },
  ];
}
