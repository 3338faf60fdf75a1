import { Button, Popover, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useMayWrite } from "@/api/session";
import type { ShortLink } from "@/api/types";
import { CampaignLink } from "@/shared/components/campaign-link";
import { CopyButton } from "@/shared/components/copy-button";
import type { Column } from "@/shared/components/data-table/types";
import { DownloadButton } from "@/shared/components/download-button";
import { Moment } from "@/shared/components/moment";
import { formatNumber } from "@/shared/format/format";
import styles from "./sites.module.css";
import { useConfirm } from "./use-confirm";
import { useDeleteLink } from "./use-sites";

function Code({ link }: { link: ShortLink }) {
  const { t } = useTranslation();
  const address = `/api/short-links/${link.id}/qr`;
  return (
    <Popover
      trigger="click"
      content={
        <div className={styles.qr}>
          <img src={`${address}.svg`} width={200} height={200} alt={t("sites.link.code")} />
          <span className={styles.keyActions}>
            <DownloadButton address={`${address}.png?size=1200`} fileName={`${link.slug}.png`} label="PNG" />
            <DownloadButton address={`${address}.svg`} fileName={`${link.slug}.svg`} label="SVG" />
          </span>
        </div>
      }
    >
      <Button type="link" size="small">
        {t("sites.link.code")}
      </Button>
    </Popover>
  );
}

function RowActions({ link, onEdit }: { link: ShortLink; onEdit(link: ShortLink): void }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const remove = useDeleteLink();
  const confirm = useConfirm();
  const askDeletion = () =>
    confirm({
      title: t("sites.link.deleteTitle", { name: link.name }),
      text: t("sites.link.deleteText"),
      ok: t("common.action.delete"),
      act: () => remove.mutateAsync({ params: { path: { link_id: link.id } } }),
    });
  return (
    <span className={styles.keyActions}>
      <Code link={link} />
      {mayWrite && (
        <>
          <Button type="link" size="small" onClick={() => onEdit(link)}>
            {t("common.action.edit")}
          </Button>
          <Button type="link" size="small" danger onClick={askDeletion}>
            {t("common.action.delete")}
          </Button>
        </>
      )}
    </span>
  );
}

export function useLinkColumns(onEdit: (link: ShortLink) => void): Column<ShortLink>[] {
  const { t } = useTranslation();
  return [
    { key: "name", title: t("sites.link.name"), fixed: true, render: ({ name }) => name },
    {
      key: "url",
      title: t("sites.link.url"),
      render: ({ url, slug }) => (
        <span className={styles.copyable}>
          <code>/l/{slug}</code>
          <CopyButton text={url} label="" type="text" size="small" aria-label={t("common.action.copy")} />
        </span>
      ),
    },
    {
      key: "target",
      title: t("sites.link.target"),
      render: ({ target }) => (
        <Tooltip title={target}>
          <span className={styles.target}>{target.replace(/^https?:\/\//, "")}</span>
        </Tooltip>
      ),
    },
    { key: "site", title: t("sites.one"), render: ({ site_name }) => site_name ?? t("common.none") },
    {
      key: "campaign",
      title: t("campaigns.one"),
      render: ({ campaign_id }) => <CampaignLink id={campaign_id} />,
    },
    {
      key: "openings",
      title: t("sites.link.openings"),
      align: "right",
      render: ({ openings }) => formatNumber(openings),
    },
    {
      key: "visitors",
      title: t("sites.link.visitors"),
      align: "right",
      render: ({ visitors }) => (
        <Tooltip title={t("sites.link.visitorsHint")}>{formatNumber(visitors)}</Tooltip>
      ),
    },
    { key: "created", title: t("sites.created"), render: ({ created_at }) => <Moment at={created_at} /> },
    {
      key: "actions",
      title: t("sites.actions"),
      sticky: true,
      render: (link) => <RowActions link={link} onEdit={onEdit} />,
    },
  ];
}
