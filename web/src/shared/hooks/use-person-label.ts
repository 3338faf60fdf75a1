import { useTranslation } from "react-i18next";
import type { Person } from "@/api/types";
import { formatShort } from "@/shared/format/format";
import { useNow } from "./use-now";

/** What tells a person from others in a list to choose from: the name, or without one the identities and when last seen. */
export function usePersonLabel(): (person: Pick<Person, "name" | "kinds" | "last_seen_at">) => string {
  const { t } = useTranslation();
  const now = useNow();
  return ({ name, kinds, last_seen_at }) =>
    name ??
    [
      t("common.unknownName"),
      kinds.map((kind) => t(`persons.kind.${kind as "follower"}`)).join(t("common.listSeparator")),
      formatShort(new Date(last_seen_at), now),
    ].join(" · ");
}
