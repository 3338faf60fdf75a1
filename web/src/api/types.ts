import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["SessionOut"];
export type Role = Session["user"]["role"];
export type Locale = "zh-CN" | "en-US";
export type ThemeChoice = "light" | "dark" | "system";
export type Overview = Schemas["Overview"];
export type Account = Schemas["Account"];
export type AccountIn = Schemas["AccountIn"];
export type AccountKind = Account["kind"];
export type Failure = Schemas["Failure"];
export type Staff = Schemas["Staff"];
export type Source = Schemas["Source"];
export type SourceIn = Schemas["SourceIn"];
export type Welcome = Schemas["Welcome"];
export type Attachment = Welcome["attachments"][number];
export type StoredFile = Schemas["StoredFile"];
export type Person = Schemas["Person"];
export type PersonDetail = Schemas["PersonDetail"];
export type Identity = Schemas["Identity"];
export type Fact = Schemas["Fact"];
export type Friend = Schemas["Friend"];
export type TimelineItem = Schemas["TimelineItem"];
export type DeadLetter = Schemas["DeadLetter"];
export type AuditEntry = Schemas["AuditEntry"];
