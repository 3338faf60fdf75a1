import { csrfToken } from "./client";
import { ApiError, readProblem } from "./errors";
import type { ImportDetail, StoredFile } from "./types";

async function upload<Answer>(address: string, file: Blob, name: string): Promise<Answer> {
  const body = new FormData();
  body.append("file", file, name);
  const headers = { "X-CSRF-Token": csrfToken() };
  const response = await fetch(address, { method: "POST", body, headers }).catch(() => {
    throw new ApiError(0, "offline");
  });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as Answer;
}

/** Stores a file on the server; it goes to the platform when a message needs it. */
export function uploadFile(file: Blob, name: string): Promise<StoredFile> {
  return upload("/api/files", file, name);
}

/** Keeps a file of people as a draft of an import. */
export function uploadImport(file: Blob, name: string): Promise<ImportDetail> {
  return upload("/api/imports", file, name);
}

export function fileAddress(id: number): string {
  return `/api/files/${id}`;
}
