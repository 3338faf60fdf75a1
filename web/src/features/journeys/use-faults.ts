import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/api/client";
import type { JourneyFault } from "@/api/types";
import type { Draft } from "./draft";

const pauseMilliseconds = 400;
const variableForm = "{{field}}, {{field|default}}";

/** What is wrong with a draft, asked of the server when there is a pause in the changes. */
export function useFaults(draft: Draft, enabled: boolean): JourneyFault[] {
  const [asked, setAsked] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(draft), pauseMilliseconds);
    return () => clearTimeout(timer);
  }, [draft]);
  const found = useQuery({
    queryKey: ["journey-faults", asked],
    queryFn: async () =>
      (await client.POST("/api/journeys/validation", { body: { draft: asked } })).data ?? [],
    placeholderData: keepPreviousData,
    enabled,
  });
  return found.data ?? [];
}

/** A fault in words; faults of form that need no words of their own share some. `bare`: beside its field. */
export function useFaultText(): (fault: JourneyFault, bare?: boolean) => string {
  const { t, i18n } = useTranslation();
  return ({ code, text, field }, bare = false) => {
    const named = `journeyNodes.fault.${code}`;
    const own = !i18n.exists(named) && code.startsWith("form_") ? "journeyNodes.fault.form_any" : named;
    const said = i18n.exists(own)
      ? t(own as "journeyNodes.fault.form_missing", { form: variableForm })
      : t("journeyNodes.fault.other", { text });
    const name = `journeyNodes.field.${field.split(".")[0]}`;
    if (bare || !code.startsWith("form_") || !i18n.exists(name)) return said;
    return t("journeyNodes.fault.ofField", { field: t(name as "journeyNodes.field.id"), text: said });
  };
}
