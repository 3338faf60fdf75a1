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
        page("sources", () => import("@/features/sources/sources-page")),
        page("join-ways", () => import("@/features/group_chats/join-ways-page")),
        page("group-chats", () => import("@/features/group_chats/group-chats-page")),
        page("group-chats/:id", () => import("@/features/group_chats/group-chat-page")),
        page("persons", () => import("@/features/persons/persons-page")),
        page("persons/:id", () => import("@/features/persons/person-page")),
        page("settings/accounts", () => import("@/features/accounts/accounts-page")),
        page("settings/dead-letters", () => import("@/features/letters/letters-page")),
        page("settings/audit", () => import("@/features/audit/audit-page")),
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}
