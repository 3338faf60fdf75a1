import type { MomentInput, MomentPost } from "@/api/types";
import type { StoredFile } from "@/shared/components/files-field";
import { fromBeijing, toBeijing } from "@/shared/format/beijing-input";

/** The form: pictures or a link, of which the one that is chosen counts. */
export interface MomentValues {
  account_id?: number;
  kind: MomentInput["kind"];
  text?: string;
  beside: "pictures" | "link";
  files?: StoredFile[];
  link?: { title?: string; url?: string; cover?: StoredFile[] };
  members: string[];
  tags: string[];
  planned?: string;
}

type Attachments = NonNullable<MomentInput["attachments"]>;

/** What stands below the text; a link is one once it has its picture. */
export function attachmentsOf({ beside, files = [], link }: Partial<MomentValues>): Attachments {
  if (beside !== "link") return files.map((file) => ({ ...file, type: "image" as const }));
  const cover = link?.cover?.[0];
  if (!link?.url || !cover) return [];
  return [{ ...cover, type: "link", title: link.title ?? "", url: link.url }];
}

export function toInput(values: MomentValues): MomentInput {
  return {
    account_id: values.account_id ?? 0,
    kind: values.kind,
    text: values.text ?? "",
    attachments: attachmentsOf(values),
    members: values.members,
    tags: values.tags,
    planned_at: values.planned ? fromBeijing(values.planned) : null,
  };
}

/** The form as it opens: of a draft, of a post that is written anew, or empty. */
export function toValues(post: MomentPost | null): MomentValues {
  if (!post) return { kind: "value", beside: "pictures", members: [], tags: [] };
  const { attachments } = post;
  const link = attachments.find((each) => each.type === "link");
  const stored = (each: Attachments[number]): StoredFile => ({
    type: "image",
    file_id: each.file_id,
    name: each.name ?? "",
  });
  return {
    account_id: post.account_id,
    kind: post.kind,
    text: post.text,
    beside: link ? "link" : "pictures",
    files: link ? [] : attachments.map(stored),
    ...(link?.type === "link" && { link: { title: link.title, url: link.url, cover: [stored(link)] } }),
    members: post.members,
    tags: post.tags,
    ...(post.planned_at && { planned: toBeijing(post.planned_at) }),
  };
}

/** When its members were asked, or will be: while rules hold it, when they are asked next. */
export function timeOf(post: Pick<MomentPost, "asked_at" | "due" | "planned_at" | "created_at">): string {
  return post.asked_at ?? post.due ?? post.planned_at ?? post.created_at;
}
