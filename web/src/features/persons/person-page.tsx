import { ArrowLeftOutlined } from "@ant-design/icons";
import { Alert, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { PersonDetail } from "@/api/types";
import { ErrorState } from "@/shared/components/error-state";
import { Moment } from "@/shared/components/moment";
import { Monogram } from "@/shared/components/monogram";
import { StateDot } from "@/shared/components/state-dot";
import { Timeline } from "@/shared/components/timeline/timeline";
import { useTitle } from "@/shared/hooks/use-title";
import { ContactStanding } from "./contact-standing";
import { Identities } from "./identities";
import { KindTags } from "./kind-tags";
import { Notes } from "./notes";
import styles from "./person-page.module.css";
import { Relations } from "./relations";
import { ServiceMessages } from "./service-messages";
import { usePerson } from "./use-persons";

const pageOfCode = { contact_way: "/sources", scene_qr: "/scene-qrs" } as const;

function Head({ person }: { person: PersonDetail }) {
  const { t } = useTranslation();
  const name = person.name ?? t("common.unknownName");
  useTitle(name);
  const staff = person.staff.map((one) => one.name ?? one.userid).join(t("common.listSeparator"));
  return (
    <header className={`card ${styles.head}`}>
      <Monogram name={name} url={person.avatar_url} size={60} />
      <div className={styles.who}>
        <h1>{name}</h1>
        <p className={styles.faint}>{person.company ?? t("persons.noCompany")}</p>
        <KindTags kinds={person.kinds} />
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>{t("persons.column.source")}</dt>
          <dd>
            {person.source ? (
              <Link to={`${pageOfCode[person.source.kind]}?open=${person.source.id}`}>
                {person.source.name}
              </Link>
            ) : (
              t("persons.noSource")
            )}
          </dd>
        </div>
        <div>
          <dt>{t("persons.column.staff")}</dt>
          <dd>{staff || t("common.none")}</dd>
        </div>
        <div>
          <dt>{t("persons.column.first")}</dt>
          <dd>
            <Moment at={person.first_seen_at} />
          </dd>
        </div>
        <div>
          <dt>{t("persons.column.resolved")}</dt>
          <dd>
            <StateDot tone={person.resolved ? "good" : "quiet"}>
              {t(`persons.resolved.${person.resolved ? "yes" : "no"}`)}
            </StateDot>
          </dd>
        </div>
      </dl>
    </header>
  );
}

function Content({ person }: { person: PersonDetail }) {
  const { t } = useTranslation();
  return (
    <>
      <Head person={person} />
      {person.conflict && (
        <Alert
          type="warning"
          showIcon
          className={styles.notice}
          title={t("persons.conflict.title")}
          description={t("persons.conflict.text")}
        />
      )}
      <div className={styles.columns}>
        <div className={styles.side}>
          <Notes personId={person.id} />
          <Identities person={person} />
          <Relations relations={person.relations} />
          <ContactStanding personId={person.id} />
          <ServiceMessages personId={person.id} />
        </div>
        <Timeline personId={person.id} />
      </div>
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const query = usePerson(id);
  return (
    <>
      <Link to="/persons" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t("persons.title")}
      </Link>
      {query.isPending && <Skeleton active avatar paragraph={{ rows: 8 }} />}
      {query.error && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Content person={query.data} />}
    </>
  );
}
