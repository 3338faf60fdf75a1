/** A problem the server told of (RFC 9457), or "offline" (status 0) when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Record<string, string | number> = {},
    readonly traceId = "",
  ) {
    super(code);
    this.name = "ApiError";
  }
}

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError) return new ApiError(0, "offline");
  return new ApiError(0, "internal");
}

export async function readProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  if (body === null || typeof body !== "object" || !("code" in body)) {
    return new ApiError(response.status, response.status >= 500 ? "internal" : "unexpected_answer");
  }
  const { code, params, trace_id } = body as Record<string, unknown>;
  return new ApiError(
    response.status,
    String(code),
    (params as Record<string, string | number> | undefined) ?? {},
    typeof trace_id === "string" ? trace_id : "",
  );
}

/** Asking again may help: no answer, an overloaded or a failing server. */
export function isTransient(error: unknown): boolean {
  const { status } = toApiError(error);
  return status === 0 || status >= 500;
}
