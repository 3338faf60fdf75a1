import { csrfToken } from "./client";
import { ApiError, readProblem } from "./errors";
import type { StoredFile } from "./types";

/** Stores a file on the server; it goes to the platform when a message needs it. */
export async function uploadFile(file: Blob, name: string): Promise<StoredFile> {
  const body = new FormData();
  body.append("file", file, name);
  const headers = { "X-CSRF-Token": csrfToken() };
  const response = await fetch("/api/files", { method: "POST", body, headers }).catch(() => {
    throw new ApiError(0, "offline");
  });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as StoredFile;
}

export function fileAddress(id: number): string {
  return `/api/files/${id}`;
}
