import { Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { CampaignDetail } from "@/api/types";
import { formatNumber } from "@/shared/format/format";
import styles from "./campaigns.module.css";

type Code = CampaignDetail["code_list"][number];

const pageOf: Partial<Record<Code["kind"], string>> = {
  contact_way: "/sources",
  scene_qr: "/scene-qrs",
  join_way: "/join-ways",
  short_link: "/settings/data-in?tab=links",
};

function CodeName({ code }: { code: Code }) {
  const page = pageOf[code.kind];
  return page ? (
    <Link to={`${page}${page.includes("?") ? "&" : "?"}search=${encodeURIComponent(code.code)}`}>
      {code.name}
    </Link>
  ) : (
    code.name
  );
}

/** The codes of a campaign, those that brought most first. */
export function CodeTable({ codes }: { codes: Code[] }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${styles.part}`} aria-label={t("campaigns.codes.title")}>
      <h2>{t("campaigns.codes.title")}</h2>
      {codes.length === 0 ? (
        <p className={styles.faint}>
          {t("campaigns.codes.empty")} <Link to="/sources">{t("campaigns.codes.make")}</Link>
        </p>
      ) : (
        <Table<Code>
          size="small"
          rowKey="code"
          pagination={codes.length > 20 ? { pageSize: 20 } : false}
          dataSource={codes}
          columns={[
            { key: "name", title: t("campaigns.codes.name"), render: (code) => <CodeName code={code} /> },
            {
              key: "kind",
              title: t("campaigns.column.kind"),
              render: ({ kind }: Code) => t(`campaigns.codeKind.${kind}`),
            },
            {
              key: "mechanism",
              title: t("campaigns.mechanism.label"),
              render: ({ mechanism }: Code) =>
                mechanism ? (
                  <Tag>{t(`campaigns.mechanism.${mechanism}`)}</Tag>
                ) : (
                  t("campaigns.mechanism.none")
                ),
            },
            {
              key: "qualified",
              title: t("campaigns.column.qualified"),
              align: "right",
              render: ({ qualified }: Code) => formatNumber(qualified),
            },
            {
              key: "persons",
              title: t("campaigns.column.persons"),
              align: "right",
              render: ({ code, persons }: Code) => (
                <Link to={`/persons?state_code=${encodeURIComponent(code)}`} className="tabular">
                  {formatNumber(persons)}
                </Link>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}
