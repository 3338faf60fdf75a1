import { useEffect, useState } from "react";
import type { SegmentDetail } from "@/api/types";
import { asGroup, newGroup, type RuleGroup, type RuleNode } from "./rule";

export interface Draft {
  name: string;
  note: string;
  rule: RuleGroup;
}

function draftOf(segment: SegmentDetail | null): Draft {
  return {
    name: segment?.name ?? "",
    note: segment?.note ?? "",
    rule: segment ? asGroup(segment.rule as RuleNode) : newGroup(),
  };
}

/** What is written, and whether all of it is kept; what others keep meanwhile replaces nothing that was typed here. */
export function useDraft(segment: SegmentDetail | null) {
  const [draft, setDraft] = useState(() => draftOf(segment));
  const [kept, setKept] = useState({ segment, draft });
  const dirty = draft !== kept.draft;
  useEffect(() => {
    if (segment === null || dirty || segment.revision <= (kept.segment?.revision ?? 0)) return;
    const theirs = draftOf(segment);
    setDraft(theirs);
    setKept({ segment, draft: theirs });
  }, [segment, dirty, kept]);
  return { draft, setDraft, dirty, known: kept.segment, keep: setKept };
}
