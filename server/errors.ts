/** Errors that are part of the product: a code for programs, a sentence for people. */

export type AppErrorCode =
  | "Unauthenticated"
  | "Forbidden"
  | "FreshSignIn"
  | "NotFound"
  | "Invalid"
  | "Unprocessable"
  | "Conflict"
  | "Gone"
  | "NotAllowedNow"
  | "Upstream"
  | "Unavailable";

/** An error whose message may be shown to the caller. `fields` names inputs and what to do about each. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly fields: Record<string, string[]> | undefined;

  constructor(
    code: AppErrorCode,
    message: string,
    options: { cause?: unknown; fields?: Record<string, string[]> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.fields = options.fields;
  }
}

/** Microsoft's error, also inside the `Upstream` that a command made of it. */
export function upstreamCauseOf(error: unknown): unknown {
  return error instanceof AppError && error.code === "Upstream" ? error.cause : error;
}

/** How each code is reported over tRPC and HTTP, and whether it is logged as an error. */
export const errorTable = {
  Unauthenticated: { trpc: "UNAUTHORIZED", http: 401, isReportable: false },
  Forbidden: { trpc: "FORBIDDEN", http: 403, isReportable: false },
  FreshSignIn: { trpc: "PRECONDITION_FAILED", http: 403, isReportable: false },
  NotFound: { trpc: "NOT_FOUND", http: 404, isReportable: false },
  Invalid: { trpc: "BAD_REQUEST", http: 400, isReportable: false },
  Unprocessable: { trpc: "UNPROCESSABLE_CONTENT", http: 422, isReportable: false },
  Conflict: { trpc: "CONFLICT", http: 409, isReportable: false },
  Gone: { trpc: "NOT_FOUND", http: 410, isReportable: false },
  NotAllowedNow: { trpc: "PRECONDITION_FAILED", http: 409, isReportable: false },
  Upstream: { trpc: "BAD_GATEWAY", http: 502, isReportable: true },
  Unavailable: { trpc: "SERVICE_UNAVAILABLE", http: 503, isReportable: true },
} as const satisfies Record<AppErrorCode, { trpc: string; http: number; isReportable: boolean }>;
