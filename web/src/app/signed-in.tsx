import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, useLocation } from "react-router";
import { onSignedOut } from "@/api/client";
import { putSession, SignedInContext, useSession } from "@/api/session";
import { ErrorState } from "@/shared/components/error-state";
import { Shell } from "./shell/shell";
import { Splash } from "./splash";

/** The console proper: nobody signed in → login page, which leads back here. */
export function SignedIn() {
  const session = useSession();
  const location = useLocation();
  const queries = useQueryClient();

  useEffect(() => onSignedOut(() => putSession(queries, null)), [queries]);

  if (session.isPending) return <Splash />;
  if (session.data === undefined)
    return <ErrorState error={session.error} onRetry={() => void session.refetch()} fullPage />;
  if (session.data === null) {
    const back = `${location.pathname}${location.search}`;
    return <Navigate to={back === "/" ? "/login" : `/login?to=${encodeURIComponent(back)}`} replace />;
  }
  return (
    <SignedInContext value={session.data}>
      <Shell />
    </SignedInContext>
  );
}
