import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "@/api/client";
import type { JourneyFault } from "@/api/types";
import type { Draft } from "./draft";

const pauseMilliseconds = 400;
/** Of the entry, where several fields can lack the same thing. */
const inWhole = /^(entry\.schedule|exit)\./;
/** Fields of text, whose emptiness is no lack of entries. */
const texts = ["text", "title"];
/** Of template messages, whose places are many. */
const inPlace = "values.";
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
  return distinct(found.data ?? []);
}

/** Parts of one entry of a node that lack the same thing are told once. */
function distinct(faults: JourneyFault[]): JourneyFault[] {
  const place = ({ node, field, code }: JourneyFault) =>
    [node, node === "" ? field : field.split(".").slice(0, 2).join("."), code].join(" ");
  return [...new Map(faults.map((fault) => [place(fault), fault])).values()];
}

/** The part of a field that names it to an author, of parts that have a word: of the whole the innermost, of a node the first. */
export function nameOfFault(field: string, hasWord: (name: string) => boolean): string | null {
  const parts = field.split(".");
  const found = ["entry", "goal", "exit"].includes(parts[0] ?? "") ? parts.reverse() : parts.slice(0, 1);
  return found.find(hasWord) ?? null;
}

/** A fault in words; faults of form that need no words of their own share some. `bare`: beside its field. */
export function useFaultText(): (fault: JourneyFault, bare?: boolean) => string {
  const { t, i18n } = useTranslation();
  return ({ code, text, field }, bare = false) => {
    const isEmpty = code === "form_too_short" && texts.includes(field);
    const named = `journeyNodes.fault.${isEmpty ? "form_missing" : code}`;
    const own = !i18n.exists(named) && code.startsWith("form_") ? "journeyNodes.fault.form_any" : named;
    const place = field.startsWith(inPlace) ? `${field.slice(inPlace.length)}: ` : "";
    const said = i18n.exists(own)
      ? place + t(own as "journeyNodes.fault.form_missing", { form: variableForm })
      : t("journeyNodes.fault.other", { text });
    const name = nameOfFault(field, (each) => i18n.exists(`journeyNodes.field.${each}`));
    const isPlain = !code.startsWith("form_") && !inWhole.test(field);
    if (bare || isPlain || name === null) return said;
    return t("journeyNodes.fault.ofField", { field: t(`journeyNodes.field.${name as "id"}`), text: said });
  };
}

export type FieldFault = (name: string) => { validateStatus?: "error"; help?: string };

/** Faults of one field of a form, beneath it. */
export function useFieldFault(faults: JourneyFault[]): FieldFault {
  const faultText = useFaultText();
  return (name) => {
    const found = faults.filter(({ field }) => isWithin(field, name));
    return found.length > 0
      ? { validateStatus: "error" as const, help: found.map((fault) => faultText(fault, true)).join(" ") }
      : {};
  };
}

export const isWithin = (field: string, name: string) => field === name || field.startsWith(`${name}.`);
