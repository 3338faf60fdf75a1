import type { Broadcast, BroadcastInput } from "@/api/types";
import { everyday } from "@/shared/components/code-place-fields";
import type { StoredFile } from "@/shared/components/files-field";
import { toBeijing } from "@/shared/format/beijing-input";
import type { Priority } from "@/shared/hooks/use-priorities";

/** The form: the parts of audience and content side by side. */
/** The form: the parts of audience and content side by side. */
export interface BroadcastValues {
  name: string;
  kind: BroadcastInput["kind"];
  account_id?: number;
  campaign_id?: number | null;
  audience: BroadcastInput["audience"]["kind"];
  search?: string;
  state_code?: string;
  tag_id?: number;
  segment_id?: number;
  persons?: string[];
  text?: string;
  link?: { title?: string; url?: string; desc?: string };
  files?: StoredFile[];
  article_id?: number | null;
  start?: string;
  holdout: number;
  per_minute?: number | null;
  advert: boolean;
  priority: Priority;
  needs_approval: boolean;
}

function audienceOf(values: BroadcastValues): BroadcastInput["audience"] {
  if (values.audience === "followers") return { kind: "followers" };
  if (values.audience === "tag") return { kind: "tag", tag_id: values.tag_id ?? 0 };
  if (values.audience === "list") return { kind: "list", persons: values.persons ?? [] };
  if (values.audience === "segment") return { kind: "segment", segment_id: values.segment_id ?? 0 };
  return {
    kind: "persons",
    search: values.search ?? "",
    person_kind: values.kind === "mass_task" ? "external_contact" : "follower",
    state_code: values.state_code || null,
  };
}

function contentOf({
  kind,
  text = "",
  link,
  files = [],
  article_id,
}: BroadcastValues): BroadcastInput["content"] {
  const card = link?.title && link.url ? { title: link.title, url: link.url, desc: link.desc ?? "" } : null;
  if (kind === "mass_task")
    return {
      text,
      attachments: [...(card ? [{ type: "link" as const, ...card }] : []), ...files],
      link: null,
      article_id: null,
    };
  if (kind === "account_mass") return { text, attachments: [], link: null, article_id: article_id ?? null };
  return { text, attachments: [], link: card, article_id: null };
}

export function toInput(values: BroadcastValues): BroadcastInput {
  return {
    name: values.name,
    kind: values.kind,
    account_id: values.account_id ?? 0,
    campaign_id: values.campaign_id || null,
    audience: audienceOf(values),
    content: contentOf(values),
    advert: values.advert,
    priority: values.priority,
    holdout: values.kind === "account_mass" ? 0 : values.holdout,
    start_at: null,
    per_minute: values.kind === "service" ? (values.per_minute ?? null) : null,
    needs_approval: values.needs_approval,
  };
}

/** The form as it opens: of a draft, or a new one, to these persons where some were chosen elsewhere. */
export function toValues(broadcast: Broadcast | null, persons: string[] = []): Partial<BroadcastValues> {
  if (!broadcast) {
    const audience = persons.length > 0 ? ("list" as const) : ("persons" as const);
    return {
      kind: "mass_task",
      audience,
      persons,
      holdout: 0,
      advert: false,
      priority: "normal",
      needs_approval: false,
    };
  }
  const { audience, content } = broadcast as unknown as Pick<BroadcastInput, "audience" | "content">;
  const card = content.link ?? content.attachments?.find((each) => each.type === "link");
  const {
    name,
    kind,
    account_id,
    campaign_id,
    start_at,
    holdout,
    per_minute,
    advert,
    priority,
    needs_approval,
  } = broadcast;
  return {
    ...{ name, kind, account_id, holdout, per_minute, advert, priority, needs_approval },
    audience: audience.kind,
    campaign_id: campaign_id ?? everyday,
    ...(audience.kind === "list" && { persons: audience.persons }),
    ...(audience.kind === "persons" && {
      search: audience.search,
      state_code: audience.state_code ?? undefined,
    }),
    ...(audience.kind === "segment" && { segment_id: audience.segment_id }),
    ...(audience.kind === "tag" && { tag_id: audience.tag_id }),
    text: content.text,
    link: card && { title: card.title, url: card.url, desc: card.desc },
    files: (content.attachments ?? []).filter((each): each is StoredFile => each.type !== "link"),
    article_id: content.article_id,
    start: start_at ? toBeijing(start_at) : undefined,
  };
}
