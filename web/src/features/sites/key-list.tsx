import { Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Site, WriteKey } from "@/api/types";
import { Moment } from "@/shared/components/moment";
import styles from "./sites.module.css";
import { useConfirm } from "./use-confirm";
import { useMayManage, useRevokeKey } from "./use-sites";

function Origins({ given }: { given: WriteKey }) {
  const { t } = useTranslation();
  if (given.kind === "server") return t("sites.key.fromServers");
  if (given.origins.length === 0) return t("sites.key.appsOnly");
  return given.origins.join(t("common.listSeparator"));
}

function KeyRow({ site, given, onEdit }: { site: Site; given: WriteKey; onEdit(): void }) {
  const { t } = useTranslation();
  const mayManage = useMayManage();
  const revoke = useRevokeKey();
  const confirm = useConfirm();
  const path = { account_id: site.id, key_id: given.id };
  const askRevocation = () =>
    confirm({
      title: t("sites.key.revokeTitle", { name: given.name }),
      text: t("sites.key.revokeText"),
      ok: t("sites.key.revoke"),
      act: () => revoke.mutateAsync({ params: { path } }),
    });
  return (
    <li className={styles.key} data-revoked={given.revoked_at !== null}>
      <Tag color={given.kind === "public" ? "blue" : "default"}>{t(`sites.key.kind.${given.kind}`)}</Tag>
      <span className={styles.keyText}>
        <span>
          {given.name} <code className={styles.faint}>…{given.hint}</code>
        </span>
        <span className={styles.faint}>
          <Origins given={given} />
        </span>
      </span>
      {given.revoked_at !== null ? (
        <span className={styles.faint}>
          {t("sites.key.revoked")} <Moment at={given.revoked_at} />
        </span>
      ) : (
        mayManage && (
          <span className={styles.keyActions}>
            <Button type="link" size="small" onClick={onEdit}>
              {t("common.action.edit")}
            </Button>
            <Button type="link" size="small" danger onClick={askRevocation}>
              {t("sites.key.revoke")}
            </Button>
          </span>
        )
      )}
    </li>
  );
}

/** The keys of a site, live ones first. */
export function KeyList({ site, onEdit }: { site: Site; onEdit(given: WriteKey): void }) {
  const { t } = useTranslation();
  if (site.keys.length === 0) return <p className={styles.noKeys}>{t("sites.key.none")}</p>;
  const ordered = [...site.keys].sort(
    (a, b) => Number(a.revoked_at !== null) - Number(b.revoked_at !== null),
  );
  return (
    <ul className={styles.keys}>
      {ordered.map((given) => (
        <KeyRow key={given.id} site={site} given={given} onEdit={() => onEdit(given)} />
      ))}
    </ul>
  );
}
