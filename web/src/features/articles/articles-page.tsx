import { FileTextOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { $api } from "@/api/client";
import { useMayWrite } from "@/api/session";
import type { Article } from "@/api/types";
import { everyday } from "@/shared/components/code-place-fields";
import { DataTable } from "@/shared/components/data-table/data-table";
import { FilterCard } from "@/shared/components/data-table/filter-card";
import { useTableState } from "@/shared/components/data-table/use-table-state";
import { EmptyState } from "@/shared/components/empty-state";
import { PageHead } from "@/shared/components/page-head";
import { useNow } from "@/shared/hooks/use-now";
import { FeedLine, FetchButton } from "./feed-line";
import { FooterCodeDrawer } from "./footer-code";
import { LinkFormDrawer } from "./link-form-drawer";
import { Mechanisms } from "./mechanisms";
import { useArticleColumns } from "./use-article-columns";
import { type ArticleFilter, articleKinds, orders, periods, useArticleList } from "./use-articles";

const filterKeys: readonly ArticleFilter[] = ["search", "kind", "campaign", "days", "order"];

function Filters() {
  const { t } = useTranslation();
  const campaigns = $api.useQuery("get", "/api/campaigns/names", {});
  const places = (campaigns.data ?? []).map(({ id, name }) => ({ value: String(id), label: name }));
  return (
    <>
      <Form.Item name="search" label={t("articles.column.title")}>
        <Input allowClear data-search maxLength={100} />
      </Form.Item>
      <Form.Item name="kind" label={t("articles.column.kind")}>
        <Select
          allowClear
          placeholder={t("articles.filter.allKinds")}
          options={articleKinds.map((value) => ({ value, label: t(`articles.kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="campaign" label={t("campaigns.one")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("articles.filter.allCampaigns")}
          options={[{ value: String(everyday), label: t("campaigns.everyday") }, ...places]}
        />
      </Form.Item>
      <Form.Item name="days" label={t("articles.filter.period")}>
        <Select
          allowClear
          placeholder={t("articles.filter.allDays")}
          options={periods.map((days) => ({
            value: String(days),
            label: t("articles.filter.days", { days }),
          }))}
        />
      </Form.Item>
      <Form.Item name="order" label={t("articles.filter.order")}>
        <Select
          allowClear
          placeholder={t("articles.order.newest")}
          options={orders.map((value) => ({ value, label: t(`articles.order.${value}`) }))}
        />
      </Form.Item>
    </>
  );
}

export function Page() {
  const { t } = useTranslation();
  const state = useTableState(filterKeys);
  const list = useArticleList(state, useNow());
  const navigate = useNavigate();
  const mayWrite = useMayWrite();
  const [linking, setLinking] = useState(false);
  const [article, setArticle] = useState<Article | null>(null);
  const filtered = Object.values(state.filters).some(Boolean);
  const link = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setLinking(true)}>
      {t("articles.link.title")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("articles.title")} text={t("articles.text")} />
      <FeedLine />
      <Mechanisms rates={list.data?.mechanisms ?? []} />
      <FilterCard state={state}>
        <Filters />
      </FilterCard>
      <DataTable
        name="articles"
        label={t("articles.title")}
        columns={useArticleColumns(mayWrite ? setArticle : null)}
        rowKey={({ id }) => String(id)}
        query={list}
        state={state}
        onOpen={({ id }) => void navigate(`/articles/${id}`)}
        empty={
          <EmptyState
            icon={<FileTextOutlined />}
            title={t(filtered ? "articles.emptyFiltered.title" : "articles.empty.title")}
            text={t(filtered ? "articles.emptyFiltered.text" : "articles.empty.text")}
            action={filtered ? undefined : link}
          />
        }
        actions={
          mayWrite && (
            <Space>
              <FetchButton />
              {link}
            </Space>
          )
        }
      />
      {linking && <LinkFormDrawer onClose={() => setLinking(false)} />}
      {article && <FooterCodeDrawer article={article} onClose={() => setArticle(null)} />}
    </>
  );
}
