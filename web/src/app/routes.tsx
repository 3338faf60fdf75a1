import { createBrowserRouter, type RouteObject } from "react-router";
import { CrashPage } from "./crash-page";
import { NotFoundPage } from "./not-found-page";
import { SignedIn } from "./signed-in";
import { Splash } from "./splash";

type PageModule = { Page: React.ComponentType };

/** A page whose code is loaded when it is first opened. */
function page(path: string, load: () => Promise<PageModule>): RouteObject {
  return {
    path,
    errorElement: <CrashPage />,
    HydrateFallback: Splash,
    lazy: async () => ({ Component: (await load()).Page }),
  };
}

export function createRouter() {
  return createBrowserRouter([
    page("/login", () => import("@/features/access/login-page")),
    {
      path: "/",
      element: <SignedIn />,
      HydrateFallback: Splash,
      errorElement: <CrashPage />,
      children: [
        page("", () => import("@/features/overview/workbench-page")),
        page("paths", () => import("@/features/paths/paths-page")),
        page("paths/:id", () => import("@/features/paths/path-page")),
        page("campaigns", () => import("@/features/campaigns/campaigns-page")),
        page("campaigns/:id", () => import("@/features/campaigns/campaign-page")),
        page("articles", () => import("@/features/articles/articles-page")),
        page("articles/:id", () => import("@/features/articles/article-page")),
        page("scripts", () => import("@/features/scripts/scripts-page")),
        page("sources", () => import("@/features/sources/sources-page")),
        page("scene-qrs", () => import("@/features/official_accounts/scene-qrs-page")),
        page("join-ways", () => import("@/features/group_chats/join-ways-page")),
        page("account-menus", () => import("@/features/official_accounts/account-menus-page")),
        page("group-chats", () => import("@/features/group_chats/group-chats-page")),
        page("group-chats/:id", () => import("@/features/group_chats/group-chat-page")),
        page("leads", () => import("@/features/leads/leads-page")),
        page("leads/pool", () => import("@/features/leads/pool-page")),
        page("tasks", () => import("@/features/tasks/tasks-page")),
        page("leads/:id", () => import("@/features/leads/lead-page")),
        page("persons", () => import("@/features/persons/persons-page")),
        page("segments", () => import("@/features/segments/segments-page")),
        page("segments/:id", () => import("@/features/segments/segment-page")),
        page("tags", () => import("@/features/tags/tags-page")),
        page("companies", () => import("@/features/companies/companies-page")),
        page("companies/:id", () => import("@/features/companies/company-page")),
        page("imports", () => import("@/features/imports/imports-page")),
        page("imports/:id", () => import("@/features/imports/import-page")),
        page("persons/:id", () => import("@/features/persons/person-page")),
        page("broadcasts", () => import("@/features/broadcasts/broadcasts-page")),
        page("broadcasts/:id", () => import("@/features/broadcasts/broadcast-page")),
        page("moments", () => import("@/features/moments/moments-page")),
        page("moments/:id", () => import("@/features/moments/moment-page")),
        page("journeys", () => import("@/features/journeys/journeys-page")),
        page("journeys/templates", () => import("@/features/journeys/templates-page")),
        page("journeys/:id", () => import("@/features/journeys/journey-page")),
        page("journeys/:id/runs/:run", () => import("@/features/journeys/run-page")),
        page("baseline", () => import("@/features/baseline/baseline-page")),
        page("weekly", () => import("@/features/weekly/weekly-page")),
        page("staff", () => import("@/features/staff/staff-page")),
        page("settings/accounts", () => import("@/features/accounts/accounts-page")),
        page("settings/attributes", () => import("@/features/attributes/attributes-page")),
        page("settings/onboarding", () => import("@/features/doctor/onboarding-page")),
        page("settings/doctor", () => import("@/features/doctor/doctor-page")),
        page("settings/data-in", () => import("@/features/sites/data-in-page")),
        page("settings/contact-rules", () => import("@/features/contact_rules/contact-rules-page")),
        page("settings/dead-letters", () => import("@/features/letters/letters-page")),
        page("settings/audit", () => import("@/features/audit/audit-page")),
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}
