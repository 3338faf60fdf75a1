import { useCallback } from "react";
import { client, setCsrf, take } from "./api/client";
import { isOver, useResource } from "./api/use-resource";
import { setWorldNow } from "./api/world-clock";
import { DeskPage } from "./pages/desk-page";
import { LeadPage } from "./pages/lead-page";
import { ProblemPage } from "./pages/problem-page";
import { Waiting } from "./parts/waiting";
import { usePlace } from "./place";

async function loadSession() {
  const session = await take(client.GET("/api/h5/session"));
  setCsrf(session.csrf);
  setWorldNow(session.clock);
  return session;
}

/** Only WeCom can tell who this is: what stands in the address of a failed entrance is said, the rest asks again. */
export function App() {
  const place = usePlace();
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
  if (place.leadId !== null) return <LeadPage id={place.leadId} onBack={place.back} key={place.leadId} />;
  return <DeskPage name={session.data.name} onOpen={place.openLead} />;
}
