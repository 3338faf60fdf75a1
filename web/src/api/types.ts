import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["SessionInfo"];
export type Role = Session["user"]["role"];
export type Locale = "zh-CN" | "en-US";
export type ThemeChoice = "light" | "dark" | "system";
export type Overview = Schemas["Overview"];
export type Account = Schemas["AccountInfo"];
export type AccountInput = Schemas["AccountInput"];
export type AccountKind = Account["kind"];
export type Failure = Schemas["Failure"];
export type Staff = Schemas["StaffInfo"];
export type Source = Schemas["SourceInfo"];
export type SourceInput = Schemas["SourceInput"];
export type Welcome = Schemas["Welcome"];
export type Attachment = Schemas["LinkAttachment"] | Schemas["FileAttachment"];
export type StoredFile = Schemas["FileInfo"];
export type Person = Schemas["PersonInfo"];
export type PersonDetail = Schemas["PersonDetail"];
export type Identity = PersonDetail["identities"][number];
export type Fact = PersonDetail["facts"][number];
export type Relation = PersonDetail["relations"][number];
export type TimelineItem = Schemas["TimelineItem"];
export type Letter = Schemas["Letter"];
export type AuditItem = Schemas["AuditItem"];
