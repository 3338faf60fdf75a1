import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { PageHead } from "@/shared/components/page-head";
import { TabBar } from "@/shared/components/tab-bar";
import { LinkTab } from "./link-tab";
import { SiteTab } from "./site-tab";
import styles from "./sites.module.css";
import { WebhookTab } from "./webhook-tab";

const tabs = ["sites", "links", "webhooks"] as const;
type Tab = (typeof tabs)[number];
const views: Record<Tab, () => React.ReactNode> = { sites: SiteTab, links: LinkTab, webhooks: WebhookTab };

/** How other systems tell us what happened, and how we tell them. */
export function Page() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const asked = query.get("tab");
  const active = tabs.find((tab) => tab === asked) ?? "sites";
  const View = views[active];
  return (
    <>
      <PageHead title={t("sites.title")} text={t("sites.text")} />
      <div className={styles.tabs}>
        <TabBar
          label={t("sites.title")}
          tabs={tabs.map((key) => ({ key, label: t(`sites.tab.${key}`) }))}
          active={active}
          onChange={(key) => setQuery(key === "sites" ? {} : { tab: key })}
        />
      </div>
      <View />
    </>
  );
}
