export interface FieldError {
  /** Where in the body: `welcome.attachments.0.url`. */
  path: string;
  code: string;
  params: Record<string, unknown>;
}

type Params = Record<string, string | number>;

/** A problem the server told of (RFC 9457), or "offline" (status 0) when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Params = {},
    readonly traceId = "",
    readonly errors: FieldError[] = [],
  ) {
    super(code);
    this.name = "ApiError";
  }
}

interface Problem {
  code: string;
  params?: Params;
  trace_id?: string;
  errors?: FieldError[];
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
  const { code, params, trace_id, errors } = body as Problem;
  return new ApiError(response.status, code, params ?? {}, trace_id ?? "", errors ?? []);
}

/** Asking again may help: no answer, an overloaded or a failing server. */
export function isTransient(error: unknown): boolean {
  const { status } = toApiError(error);
  return status === 0 || status >= 500;
}
