import { $api } from "@/api/client";
import type { Baseline } from "@/api/types";

export type Finding = Baseline["findings"][number];
export type Missing = Baseline["missing"][number];
export type History = Baseline["history"];
export type Part = History["sources"][number];
export type Benchmark = NonNullable<Baseline["articles"]["benchmark"]>;

const onboarding = "/settings/onboarding";
/** The step that brings what cannot be told yet. */
export const stepOf: Record<Missing, string> = {
  official_account: onboarding,
  followers: "/settings/accounts",
  articles: "/articles",
  reads: "/articles",
  history: "/imports",
  source: "/imports",
  entered_on: "/imports",
  reached: "/imports",
  won_on: "/imports",
  amount: "/imports",
  wecom: onboarding,
  codes: "/sources",
  unionid: onboarding,
};

export function useBaseline() {
  return $api.useQuery("get", "/api/baseline", {});
}
