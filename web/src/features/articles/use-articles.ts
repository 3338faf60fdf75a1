import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { invalidateTopic } from "@/api/live-topics";
import type { Article } from "@/api/types";
import type { TableState } from "@/shared/components/data-table/use-table-state";
import { formatDate } from "@/shared/format/format";

export type ArticleFilter = "search" | "kind" | "campaign" | "days" | "order";

export const articleKinds: Article["kind"][] = ["published", "draft", "linked"];
export const periods = [7, 28, 90] as const;
export const orders = ["newest", "friends", "rate"] as const;
const dayLength = 86_400_000;

/** The first day of a period of so many Beijing days that ends today. */
function firstDay(days: number, now: Date): string {
  return formatDate(new Date(now.getTime() - (days - 1) * dayLength));
}

export function useArticleList({ page, size, filters }: TableState<ArticleFilter>, now: Date) {
  const { search, kind, campaign, order } = filters;
  const days = Number(filters.days);
  const query = {
    page,
    size,
    ...(search && { search }),
    ...(kind && { kind: kind as Article["kind"] }),
    ...(campaign && { campaign: Number(campaign) }),
    ...(order && { order: order as (typeof orders)[number] }),
    ...(days > 0 && { first: firstDay(days, now) }),
  };
  return $api.useQuery("get", "/api/articles", { params: { query } }, { placeholderData: keepPreviousData });
}

export function useArticle(id: number) {
  return $api.useQuery("get", "/api/articles/{article_id}", { params: { path: { article_id: id } } });
}

export function useFeeds() {
  return $api.useQuery("get", "/api/articles/feeds", {});
}

function useChanged(): () => void {
  const queries = useQueryClient();
  return () => invalidateTopic(queries, "articles");
}

export function useFetchArticles() {
  return $api.useMutation("post", "/api/articles/fetch", { onSuccess: useChanged() });
}

export function useLinkArticle() {
  return $api.useMutation("post", "/api/articles", { onSuccess: useChanged() });
}

export function useMoveArticle() {
  return $api.useMutation("patch", "/api/articles/{article_id}", { onSuccess: useChanged() });
}
