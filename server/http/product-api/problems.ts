/** Problem details (RFC 9457): a type for programs, a sentence for people. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Logger } from "pino";
import type { z } from "zod";
import { CallInProgress, KeyReused } from "../../commands/product/do-once.ts";
import {
  acceptsNoChanges,
  dataExceptionMessage,
  hasRolledBack,
  isDataException,
  isStatementTimeout,
  noChangesMessage,
} from "../../database/statements/database-errors.ts";
import { databaseProblem, databaseProblemMessage } from "../../database/statements/database-problem.ts";
import { AppError, type AppErrorCode, errorTable } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { methodMessage } from "../wrong-method.ts";
import { sentenceOf } from "./issue-sentences.ts";
import type { ProblemShape } from "./schemas.ts";

type Kind =
  | AppErrorCode
  | "InProgress"
  | "KeyReused"
  | "WrongMethod"
  | "WrongType"
  | "TooManyCalls"
  | "TooLarge"
  | "Internal";

const kinds: Record<Kind, { name: string; title: string; status: number }> = {
  Unauthenticated: { name: "unauthenticated", title: "No valid API key", status: errorTable.Unauthenticated.http },
  Forbidden: { name: "forbidden", title: "Not allowed", status: errorTable.Forbidden.http },
  FreshSignIn: { name: "forbidden", title: "Not allowed", status: errorTable.FreshSignIn.http },
  NotFound: { name: "not-found", title: "Not found", status: errorTable.NotFound.http },
  Invalid: { name: "invalid", title: "The request is not valid", status: errorTable.Invalid.http },
  Unprocessable: { name: "unprocessable", title: "Not acceptable", status: errorTable.Unprocessable.http },
  InProgress: { name: "in-progress", title: "In progress", status: errorTable.Conflict.http },
  KeyReused: { name: "idempotency-key-reused", title: "Idempotency-Key reused", status: errorTable.Unprocessable.http },
  Conflict: { name: "conflict", title: "Conflict", status: errorTable.Conflict.http },
  Gone: { name: "gone", title: "No longer kept", status: errorTable.Gone.http },
  NotAllowedNow: { name: "not-allowed-now", title: "Not possible now", status: errorTable.NotAllowedNow.http },
  Upstream: { name: "upstream", title: "Microsoft did not complete the call", status: errorTable.Upstream.http },
  Unavailable: { name: "unavailable", title: "Not available", status: errorTable.Unavailable.http },
  WrongMethod: { name: "wrong-method", title: "Method not allowed", status: 405 },
  WrongType: { name: "wrong-type", title: "Content type not supported", status: 415 },
  TooManyCalls: { name: "too-many-calls", title: "Too many calls", status: 429 },
  TooLarge: { name: "too-large", title: "The body is too large", status: 413 },
  Internal: { name: "internal", title: "Internal error", status: 500 },
};

export function problem(c: Context, kind: Kind, detail: string, errors?: ProblemShape["errors"]): Response {
  const { name, title, status } = kinds[kind];
  const body: ProblemShape = { type: `urn:marketdesk:${name}`, title, status, detail, ...(errors && { errors }) };
  return c.body(JSON.stringify(body), status as 400, { "Content-Type": "application/problem+json" });
}

export function wrongMethodProblem(c: Context, methods: string[]): Response {
  c.header("Allow", methods.join(", "));
  return problem(c, "WrongMethod", methodMessage(methods));
}

/** The validation errors of an input, field by field. */
export function invalid(c: Context, error: z.core.$ZodError): Response {
  const errors = error.issues.map((issue) => ({ field: issue.path.join("."), message: sentenceOf(issue) }));
  const [first] = errors;
  const isNamed = !first?.field || first.message.startsWith(first.field);
  const detail = first ? `${isNamed ? "" : `${first.field}: `}${first.message}` : "The request is not valid.";
  return problem(c, "Invalid", detail, errors);
}

/** An error that a handler threw. */
export function problemOfError(c: Context, error: Error, log: Logger): Response {
  if (error instanceof CallInProgress) {
    c.header("Retry-After", "2");
    return problem(c, "InProgress", error.message);
  }
  if (error instanceof KeyReused) return problem(c, "KeyReused", error.message);
  if (error instanceof AppError) {
    const errors = Object.entries(error.fields ?? {}).flatMap(([field, messages]) =>
      messages.map((message) => ({ field, message })),
    );
    return problem(c, error.code, error.message, errors.length > 0 ? errors : undefined);
  }
  if (error instanceof MarketplaceError) return problem(c, "Upstream", error.message);
  // The library's own error for a body that is not JSON.
  if (error instanceof HTTPException && error.status === 400) {
    return problem(c, "Invalid", "The body is not JSON. Send it as JSON with `Content-Type: application/json`.");
  }
  if (isStatementTimeout(error)) {
    log.warn({ path: c.req.path }, "a product call took too long in the database");
    c.header("Retry-After", "5");
    return problem(c, "Unavailable", "The database is busy, and nothing was changed. Try again in a few seconds.");
  }
  if (acceptsNoChanges(error)) {
    log.error({ err: error, path: c.req.path }, "the database accepts no changes");
    c.header("Retry-After", "30");
    return problem(c, "Unavailable", noChangesMessage);
  }
  if (isDataException(error)) {
    log.warn({ path: c.req.path }, "PostgreSQL could not read a value of a product call");
    return problem(c, "Invalid", dataExceptionMessage);
  }
  log.error({ err: error, path: c.req.path }, "product call failed");
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  const unusable = isRead || hasRolledBack(error) ? databaseProblem(error) : null;
  if (unusable !== null) {
    c.header("Retry-After", "30");
    return problem(c, "Unavailable", databaseProblemMessage(unusable, !isRead));
  }
  return problem(c, "Internal", internalDetail(c.req.method, error));
}

function internalDetail(method: string, error: Error): string {
  if (method === "GET" || method === "HEAD") return "Marketdesk had an internal error. Try again in a moment.";
  return hasRolledBack(error)
    ? "Marketdesk had an internal error, and nothing was changed. Try again in a moment."
    : "Marketdesk had an internal error, so it is unknown whether the call took effect. Send it again in a moment, with the same Idempotency-Key if it had one: it takes effect once.";
}
