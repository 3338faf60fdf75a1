import { ContactsOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSignedIn } from "@/api/session";
import type { Overview } from "@/api/types";
import { useFreshKeys } from "@/shared/components/data-table/use-fresh-keys";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import styles from "./overview.module.css";

type Tick = Overview["ticker"][number];

function Nothing() {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  return (
    <EmptyState
      icon={<ContactsOutlined />}
      title={t("overview.ticker.empty")}
      text={t(demo ? "overview.ticker.emptyDemo" : "overview.ticker.emptyText")}
      action={
        demo && (
          <a href={demo.simulator_url} target="_blank" rel="noreferrer">
            {t("shell.simulator")}
          </a>
        )
      }
    />
  );
}

function What({ tick }: { tick: Tick }) {
  const { t, i18n } = useTranslation();
  const kind = tick.kind === "LeadAdvanced" ? `to_${tick.stage}` : tick.kind;
  const key = `overview.tick.${kind}`;
  const staff = tick.staff ?? t("overview.tick.somebody");
  return <span>{i18n.exists(key) ? t(key as "overview.tick.to_mql", { staff }) : tick.kind}</span>;
}

function Row({ tick, fresh }: { tick: Tick; fresh: boolean }) {
  const { t } = useTranslation();
  return (
    <li className={fresh ? styles.freshRow : undefined}>
      <Link to={`/persons/${tick.person_id ?? ""}`} className={styles.tickRow}>
        <span className={tick.name ? styles.name : styles.faint}>{tick.name ?? t("common.unknownName")}</span>
        <What tick={tick} />
        <span className={styles.tickSource}>{tick.source}</span>
        <span className={styles.at}>
          <Moment at={tick.at} relative />
        </span>
      </Link>
    </li>
  );
}

/** Who moves just now. It moves by itself. */
export function Ticker({ ticker }: { ticker: Tick[] }) {
  const { t } = useTranslation();
  const fresh = useFreshKeys(
    ticker.map(({ id }) => id),
    "ticker",
  );
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="ticker-title">
      <div className={styles.panelHead}>
        <h2 id="ticker-title">{t("overview.ticker.title")}</h2>
        <Link to="/persons">{t("overview.ticker.all")}</Link>
      </div>
      {ticker.length === 0 ? (
        <Nothing />
      ) : (
        <ul>
          {ticker.map((tick) => (
            <Row key={tick.id} tick={tick} fresh={fresh.has(tick.id)} />
          ))}
        </ul>
      )}
    </section>
  );
}
