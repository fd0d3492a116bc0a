/** Failed procedures as pages show them. */
import type { TRPCDefaultErrorShape, TRPCError } from "@trpc/server";
import { z, ZodError } from "zod";
import {
  acceptsNoChanges,
  hasRolledBack,
  hasTakenTooLong,
  noChangesMessage,
} from "../database/statements/database-errors.ts";
import { databaseProblem, databaseProblemMessage } from "../database/statements/database-problem.ts";
import { AppError } from "../errors.ts";

export type CallType = "query" | "mutation" | "subscription" | "unknown";

/**
 * What a failed procedure sends to the page.
 * @param isPageOutdated the page is of another build, so it may use names that this version does not know
 */
export function errorFor(shape: TRPCDefaultErrorShape, error: TRPCError, type: CallType, isPageOutdated: boolean) {
  const { cause } = error;
  const isOwn = cause instanceof AppError;
  const isInput = error.code === "BAD_REQUEST" && cause instanceof ZodError;
  const isOutdated = isPageOutdated && (isUnknownProcedure(error) || (isInput && isOfOtherVersion(cause)));
  const fields = isOutdated
    ? undefined
    : isOwn
      ? cause.fields
      : isInput
        ? z.flattenError(cause).fieldErrors
        : undefined;
  return {
    ...shape,
    message: isOutdated ? outdatedMessage(type) : messageFor(error, type),
    data: {
      code: shape.data.code,
      httpStatus: shape.data.httpStatus,
      appCode: isOwn
        ? cause.code
        : isInput
          ? ("Invalid" as const)
          : isOutcomeUnknown(error, type)
            ? ("OutcomeUnknown" as const)
            : null,
      fields: (fields as Record<string, string[]> | undefined) ?? null,
    },
  };
}

/** Instead of a message about names that the person did not type and cannot correct. */
function outdatedMessage(type: CallType): string {
  return type === "query"
    ? "Marketdesk was updated after this page was opened. Reload the page."
    : "Marketdesk was updated after this page was opened. Reload the page and try again; what you typed is kept.";
}

function isUnknownProcedure({ code, cause }: TRPCError): boolean {
  return code === "NOT_FOUND" && !(cause instanceof AppError);
}

/** An input of another version has other fields, types or values. All other issues are mistakes of the person. */
const versionIssues = new Set(["unrecognized_keys", "invalid_type", "invalid_union", "invalid_value"]);

function isOfOtherVersion({ issues }: ZodError): boolean {
  return issues.some(({ code }) => versionIssues.has(code));
}

/** Whether a change has failed so that it is unknown if it was committed. */
export function isOutcomeUnknown({ code, cause }: TRPCError, type: CallType): boolean {
  return type === "mutation" && code === "INTERNAL_SERVER_ERROR" && !hasRolledBack(cause);
}

/** The message that the person sees. */
export function messageFor(error: TRPCError, type: CallType): string {
  const { code, cause, message } = error;
  if (isOutcomeUnknown(error, type))
    return "Marketdesk had an internal error, so it is unknown whether your change was made. Check the activity before you try again.";
  if (code === "INTERNAL_SERVER_ERROR" && hasTakenTooLong(cause))
    return type === "mutation"
      ? "The database took too long, and nothing was changed. Try again."
      : "The database took too long to answer. Try again, or choose narrower filters.";
  if (code === "INTERNAL_SERVER_ERROR" && type === "mutation" && acceptsNoChanges(cause)) return noChangesMessage;
  const problem = code === "INTERNAL_SERVER_ERROR" ? databaseProblem(cause) : null;
  if (problem !== null) return databaseProblemMessage(problem, type === "mutation");
  if (code === "INTERNAL_SERVER_ERROR")
    return `Marketdesk had an internal error${type === "mutation" ? ", and nothing was changed" : ""}. Try again; if it fails again, inform the publisher's engineers.`;
  return code === "BAD_REQUEST" && cause instanceof ZodError ? inputMessage(cause) : message;
}

function inputMessage(error: ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join(".");
  return issue ? `${field ? `${field}: ` : ""}${issue.message}` : "The input is not valid.";
}
