import { ContactsOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSignedIn } from "@/api/session";
import type { Overview } from "@/api/types";
import { useFreshKeys } from "@/shared/components/data-table/use-fresh-keys";
import { EmptyState } from "@/shared/components/empty-state";
import { Moment } from "@/shared/components/moment";
import { Monogram } from "@/shared/components/monogram";
import { Share } from "@/shared/components/share";
import { StateDot, type Tone } from "@/shared/components/state-dot";
import styles from "./overview.module.css";

type Latest = Overview["latest"][number];

const tones: Record<string, Tone> = {
  queued: "busy",
  sent: "good",
  failed: "bad",
  uncertain: "warn",
  skipped: "quiet",
};

function WelcomeState({ welcome }: { welcome: Latest["welcome"] }) {
  const { t, i18n } = useTranslation();
  const state = welcome?.state ?? "none";
  const known = i18n.exists(`overview.welcome.${state}`) ? state : "other";
  return <StateDot tone={tones[known] ?? "quiet"}>{t(`overview.welcome.${known as "none"}`)}</StateDot>;
}

function Row({ person, fresh }: { person: Latest; fresh: boolean }) {
  const { t } = useTranslation();
  const name = person.name ?? t("common.unknownName");
  return (
    <li className={fresh ? styles.freshRow : undefined}>
      <Link to={`/persons/${person.person_id}`} className={styles.row}>
        <Monogram name={name} size={36} />
        <span className={styles.who}>
          <span className={person.name ? styles.name : styles.faint}>{name}</span>
          <span className={styles.faint}>{person.source_name ?? t("overview.latest.noSource")}</span>
        </span>
        <span className={styles.welcome}>
          <WelcomeState welcome={person.welcome} />
        </span>
        <span className={styles.at}>
          <Moment at={person.at} relative />
        </span>
      </Link>
    </li>
  );
}

function Nobody() {
  const { t } = useTranslation();
  const { demo } = useSignedIn();
  return (
    <EmptyState
      icon={<ContactsOutlined />}
      title={t("overview.latest.empty")}
      text={t(demo ? "overview.latest.emptyDemo" : "overview.latest.emptyText")}
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

/** Who came last, and whether the welcome reached them. Moves by itself. */
export function LatestPersons({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const { latest, counts } = overview;
  const fresh = useFreshKeys(
    latest.map(({ person_id }) => person_id),
    "latest",
  );
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="latest-title">
      <div className={styles.panelHead}>
        <h2 id="latest-title">{t("overview.latest.title")}</h2>
        <span className={styles.faint}>
          {t("overview.latest.unresolved")} <Share part={counts.unresolved_persons} whole={counts.persons} />
        </span>
        <Link to="/persons">{t("overview.latest.all")}</Link>
      </div>
      {latest.length === 0 ? (
        <Nobody />
      ) : (
        <ul>
          {latest.map((person) => (
            <Row key={person.person_id} person={person} fresh={fresh.has(person.person_id)} />
          ))}
        </ul>
      )}
    </section>
  );
}
