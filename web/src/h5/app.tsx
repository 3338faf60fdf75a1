import { lazy, Suspense, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { client, setCsrf, take } from "./api/client";
import { isOver, useResource } from "./api/use-resource";
import { setWorldNow } from "./api/world-clock";
import { LeadPage } from "./pages/lead-page";
import { ProblemPage } from "./pages/problem-page";
import { Waiting } from "./parts/waiting";
import { usePlace } from "./place";

/** Beside a chat none of these is needed. */
const HomePage = lazy(() => import("./pages/home-page").then(({ HomePage: Page }) => ({ default: Page })));
const PersonalPage = lazy(() =>
  import("./pages/personal-page").then(({ PersonalPage: Page }) => ({ default: Page })),
);
const WeekPage = lazy(() => import("./pages/week-page").then(({ WeekPage: Page }) => ({ default: Page })));
const SidebarPage = lazy(() =>
  import("./pages/sidebar-page").then(({ SidebarPage: Page }) => ({ default: Page })),
);

async function loadSession() {
  const session = await take(client.GET("/api/h5/session"));
  setCsrf(session.csrf);
  setWorldNow(session.clock);
  return session;
}

/** Only WeCom can tell who this is: what stands in the address of a failed entrance is said, the rest asks again. */
export function App() {
  const { t } = useTranslation();
  const place = usePlace();
  const [claimed, setClaimed] = useState<string | null>(null);
  const load = useCallback(
    () => (place.error === null ? loadSession() : Promise.resolve(null)),
    [place.error],
  );
  const session = useResource(load, false);
  if (place.error !== null) return <ProblemPage code={place.error} again />;
  if (session.error !== null && isOver(session.error)) return <ProblemPage code={session.error.code} again />;
  if (session.data === null) {
    return session.error === null ? (
      <Waiting />
    ) : (
      <ProblemPage code={session.error.code} onRetry={session.reload} />
    );
  }
  if (place.sidebar) {
    return (
      <Suspense fallback={<Waiting />}>
        <SidebarPage />
      </Suspense>
    );
  }
  const claim = (id: string) => {
    setClaimed(id);
    place.openLead(id);
  };
  if (place.leadId !== null) {
    const news = place.leadId === claimed ? t("h5.done.claimed") : "";
    return <LeadPage id={place.leadId} news={news} onBack={place.back} key={place.leadId} />;
  }
  if (place.week !== null || place.isPersonal) {
    return (
      <Suspense fallback={<Waiting />}>
        {place.week === null ? (
          <PersonalPage onBack={place.back} />
        ) : (
          <WeekPage monday={place.week} onBack={place.back} key={place.week} />
        )}
      </Suspense>
    );
  }
  return (
    <Suspense fallback={<Waiting />}>
      <HomePage
        name={session.data.name}
        tab={place.tab}
        onTab={place.openTab}
        onOpen={place.openLead}
        onClaimed={claim}
      />
    </Suspense>
  );
}
