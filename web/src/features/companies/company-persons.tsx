import { Skeleton, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { $api } from "@/api/client";
import { Moment } from "@/shared/components/moment";
import { Monogram } from "@/shared/components/monogram";
import styles from "./companies.module.css";

/** As many as a company page shows; the lists show the rest. */
const shown = 50;

function Persons({ companyId }: { companyId: number }) {
  const { t } = useTranslation();
  const query = $api.useQuery("get", "/api/persons", {
    params: { query: { company: companyId, size: shown } },
  });
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="company-persons">
      <h2 id="company-persons">
        {t("companies.persons")}
        <Link to={`/persons?company=${companyId}`} className={styles.all}>
          {t("companies.all")}
        </Link>
      </h2>
      {query.isPending && <Skeleton active title={false} />}
      <ul>
        {query.data?.items.map((person) => (
          <li key={person.id} className={styles.row}>
            <Monogram name={person.name ?? t("common.unknownName")} url={person.avatar_url} />
            <Link to={`/persons/${person.id}`}>{person.name ?? t("common.unknownName")}</Link>
            <span className={styles.faint}>
              <Moment at={person.last_seen_at} relative />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Leads({ companyId }: { companyId: number }) {
  const { t } = useTranslation();
  const query = $api.useQuery("get", "/api/leads", {
    params: { query: { company_id: companyId, size: shown } },
  });
  const leads = query.data?.items ?? [];
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="company-leads">
      <h2 id="company-leads">{t("companies.leads")}</h2>
      {query.isPending && <Skeleton active title={false} />}
      {query.data && leads.length === 0 && <p className={styles.faint}>{t("companies.noLeads")}</p>}
      <ul>
        {leads.map((lead) => (
          <li key={lead.id} className={styles.row}>
            <Link to={`/leads/${lead.id}`}>{lead.name ?? t("common.unknownName")}</Link>
            <Tag>{t(`leads.stage.${lead.stage}`)}</Tag>
            <span className={styles.faint}>
              <Moment at={lead.created_at} relative />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who belongs to the company, and its leads. */
export function CompanyPersons({ companyId }: { companyId: number }) {
  return (
    <div className={styles.columns}>
      <Persons companyId={companyId} />
      <Leads companyId={companyId} />
    </div>
  );
}
