type Json<T> = { content: { "application/json": T } };
type Answers<T> = { 200: Json<T>; 422: Json<components["schemas"]["Problem"]> };
type Op<T, P = { query?: never; path?: never }, B = never> = { parameters: P; responses: Answers<T> } & ([B] extends [never] ? { requestBody?: never } : { requestBody: Json<B> });
type Id = { path: { id: number } };
type None = undefined;

export interface components {
  schemas: {
    Problem: { type?: string; title?: string; status: number; code: string; params: Record<string, string | number>; trace_id?: string };
    SessionUser: { id: number; login: string; name: string; role: "admin" | "lead" | "operator" | "sdr"; locale: "zh-CN" | "en-US" | null; theme: "light" | "dark" | "system" };
    SessionOut: { user: components["schemas"]["SessionUser"]; csrf: string; demo: { simulator_url: string } | null; version: string };
    Failure: { code: string; params: Record<string, string | number> };
    Overview: {
      checklist: { key: string; done: boolean }[];
      counts: { persons: number; persons_today: number; sources_ready: number; welcomes_sent_today: number; unresolved_persons: number; dead_letters: number; commands_uncertain: number };
      latest: { person_id: number; name: string | null; source_name: string | null; at: string; welcome: { state: string } | null }[];
    };
    Account: { id: number; kind: "wecom" | "official_account"; name: string; app_id: string; agent_id: string | null; original_id: string | null; api_base: string; mode: "plain" | "compatible" | "safe"; callback_url: string; has_secret: boolean; has_callback_token: boolean; has_aes_key: boolean; state: "unchecked" | "ready" | "failed" | "disabled"; failure: components["schemas"]["Failure"] | null; checked_at: string | null; created_at: string; updated_at: string };
    AccountIn: { kind: "wecom" | "official_account"; name: string; app_id: string; agent_id?: string | null; original_id?: string | null; api_base?: string; mode?: "plain" | "compatible" | "safe"; secret?: string; callback_token?: string; aes_key?: string };
    AccountPatch: Partial<Omit<components["schemas"]["AccountIn"], "kind">>;
    Staff: { account_id: number; userid: string; name: string; department: string | null; status: string; contact_enabled: boolean };
    LinkAttachment: { type: "link"; title: string; url: string; desc?: string | null; picurl?: string | null };
    FileAttachment: { type: "image" | "file"; file_id: number; name: string };
    Welcome: { text: string; attachments: (components["schemas"]["LinkAttachment"] | components["schemas"]["FileAttachment"])[] };
    Source: { id: number; name: string; account_id: number; state_code: string; users: string[]; skip_verify: boolean; welcome: components["schemas"]["Welcome"] | null; status: "creating" | "ready" | "failed" | "deleting" | "deleted"; failure: components["schemas"]["Failure"] | null; qr_code: string | null; version: number; counts: { added: number; added_today: number; lost: number; welcome_sent: number; welcome_failed: number }; created_at: string; updated_at: string };
    SourceIn: { name: string; account_id: number; users: string[]; skip_verify: boolean; welcome: components["schemas"]["Welcome"] };
    SourcePatch: Partial<Omit<components["schemas"]["SourceIn"], "account_id">> & { version?: number };
    StoredFile: { id: number; name: string; mime: string; size: number };
    Person: { id: number; name: string | null; avatar_url: string | null; company: string | null; kinds: ("external_contact" | "follower" | "unionid" | "phone")[]; source: { id: number; name: string } | null; state_code: string | null; staff: { userid: string; name: string }[]; first_seen_at: string; last_seen_at: string; resolved: boolean };
    Identity: { id: string; kind: "external_contact" | "follower" | "unionid" | "phone"; account_name: string | null; value: string; profile: { name?: string | null; avatar_url?: string | null; company?: string | null; remark?: string | null } | null; fetched_at: string | null };
    Fact: { key: string; a: string; b: string; strength: "strong" | "weak"; active: boolean; ignored_reason: string | null; at: string };
    Friend: { staff: string; name: string | null; account_id: number; since: string; ended_at: string | null; ended_by: string | null };
    PersonDetail: components["schemas"]["Person"] & { identities: components["schemas"]["Identity"][]; friends: components["schemas"]["Friend"][]; facts: components["schemas"]["Fact"][]; conflict: boolean };
    TimelineItem: { id: number; kind: string; occurred_at: string; recorded_at: string; data: Record<string, unknown>; personal: Record<string, unknown>; account_name: string | null };
    DeadLetter: { kind: "event" | "command"; id: number; name: string; account_id: number; account_name: string | null; person_id: number | null; error: { code: string; reason: string }; attempts: number; since: string; uncertain: boolean };
    AuditEntry: { id: number; at: string; user_id: number | null; user_name: string | null; act: string; object: string; detail: Record<string, unknown> };
  };
}

type S = components["schemas"];
type Page<T> = { items: T[]; total: number; page: number; size: number };

export interface paths {
  "/api/session": { get: Op<S["SessionOut"]>; post: Op<S["SessionOut"], { query?: never; path?: never }, { login: string; password: string }>; delete: Op<None> };
  "/api/session/preferences": { patch: Op<S["SessionOut"], { query?: never; path?: never }, { locale?: "zh-CN" | "en-US"; theme?: "light" | "dark" | "system" }> };
  "/api/session/password": { post: Op<None, { query?: never; path?: never }, { old: string; new: string }> };
  "/api/overview": { get: Op<S["Overview"]> };
  "/api/accounts": { get: Op<S["Account"][]>; post: Op<S["Account"], { query?: never; path?: never }, S["AccountIn"]> };
  "/api/accounts/{id}": { get: Op<S["Account"], Id>; patch: Op<S["Account"], Id, S["AccountPatch"]>; delete: Op<None, Id> };
  "/api/accounts/{id}/check": { post: Op<S["Account"], Id> };
  "/api/accounts/{id}/staff-sync": { post: Op<{ count: number }, Id> };
  "/api/staff": { get: Op<S["Staff"][], { query?: { account_id?: number } }> };
  "/api/sources": { get: Op<Page<S["Source"]>, { query?: { page?: number; size?: number; search?: string; status?: string } }>; post: Op<S["Source"], { query?: never; path?: never }, S["SourceIn"]> };
  "/api/sources/{id}": { get: Op<S["Source"], Id>; patch: Op<S["Source"], Id, S["SourcePatch"]>; delete: Op<None, Id> };
  "/api/sources/{id}/retry": { post: Op<S["Source"], Id> };
  "/api/persons": { get: Op<Page<S["Person"]> & { unresolved: number }, { query?: { page?: number; size?: number; search?: string; kind?: "external_contact" | "follower" | "phone"; source_id?: number; resolved?: boolean } }> };
  "/api/persons/{id}": { get: Op<S["PersonDetail"], Id> };
  "/api/persons/{id}/facts/{key}/undo": { post: Op<S["PersonDetail"], { path: { id: number; key: string } }> };
  "/api/persons/{id}/facts/{key}/redo": { post: Op<S["PersonDetail"], { path: { id: number; key: string } }> };
  "/api/persons/{id}/timeline": { get: Op<{ items: S["TimelineItem"][]; next: string | null }, { path: { id: number }; query?: { before?: string } }> };
  "/api/dead-letters": { get: Op<{ items: S["DeadLetter"][]; total: number }, { query?: { kind?: "event" | "command"; page?: number; size?: number } }> };
  "/api/dead-letters/replay": { post: Op<{ count: number }, { query?: never; path?: never }, { kind: "event" | "command"; ids: number[] }> };
  "/api/dead-letters/discard": { post: Op<{ count: number }, { query?: never; path?: never }, { kind: "event" | "command"; ids: number[]; resolution?: "done" | "not_done" }> };
  "/api/audit": { get: Op<Page<S["AuditEntry"]>, { query?: { page?: number; size?: number } }> };
}
