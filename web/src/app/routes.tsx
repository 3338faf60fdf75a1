import { createBrowserRouter, type RouteObject } from "react-router";
import { CrashPage } from "./crash-page";
import { NotFoundPage } from "./not-found-page";
import { SignedIn } from "./signed-in";

type PageModule = { Page: React.ComponentType };

/** A page whose code is loaded when it is first opened. */
function page(path: string, load: () => Promise<PageModule>): RouteObject {
  return { path, errorElement: <CrashPage />, lazy: async () => ({ Component: (await load()).Page }) };
}

export function createRouter() {
  return createBrowserRouter([
    page("/login", () => import("@/features/access/login-page")),
    {
      path: "/",
      element: <SignedIn />,
      errorElement: <CrashPage />,
      children: [
        page("", () => import("@/features/overview/workbench-page")),
        page("sources", () => import("@/features/sources/sources-page")),
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}
