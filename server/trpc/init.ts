/** The frame of all procedures: context, roles, and the one place where errors become responses. */
import { initTRPC, TRPCError } from "@trpc/server";
import type { Logger } from "pino";
import { z, ZodError } from "zod";
import type { LandingPreviewInput } from "../../shared/branding.ts";
import { includesRole, type Role } from "../../shared/roles.ts";
import { type Day, utcDayOf } from "../../shared/day.ts";
import type { Connection } from "../commands/connection/check-connection.ts";
import type { SigningContext } from "../commands/signing-keys/rotate-signing-key.ts";
import type { EndpointTools } from "../commands/endpoints/endpoint-tools.ts";
import type { NotifyTools } from "../commands/notifications/notify-tools.ts";
import type { Context } from "../context.ts";
import type { Database } from "../database/connection/database.ts";
import { fillNames, nameError } from "../database/queries/names.ts";
import { beginSubmission, endSubmission, type SubmissionEnd } from "../database/writes/submissions.ts";
import {
  acceptsNoChanges,
  dataExceptionMessage,
  hasRolledBack,
  hasTakenTooLong,
  isDataException,
  noChangesMessage,
} from "../database/statements/database-errors.ts";
import { findUnstorableText, unstorableTextMessage } from "../domain/storable-text.ts";
import { AppError, errorTable } from "../errors.ts";
import type { Changes } from "../database/connection/change-listener.ts";
import type { TakeStream } from "./streams.ts";
import { MarketplaceError } from "../marketplace/errors.ts";
import type { Marketplace } from "../marketplace/types.ts";

export type StaffMember = { id: string; name: string; email: string | null; role: Role };

export type TrpcContext = {
  db: Database;
  /** For large reads: its statements may take long. */
  slowDb: Database;
  /** For what needs attention: its statements are planned once. */
  needsDb: Database;
  marketplace: Marketplace;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: (() => Date) | undefined;
  /** The reader's day, as their page states it; null if not stated. */
  today: Day | null;
  log: Logger;
  changes: Changes;
  sandboxUrl: string | null;
  connection: Connection;
  /** For the keys that sign entitlements; their time is the real one. */
  signing: SigningContext;
  endpointTools: EndpointTools;
  /** A page of an example purchase as HTML. */
  previewLanding: (input: LandingPreviewInput) => Promise<string>;
  notifyTools: NotifyTools;
  /** Why this instance cannot serve; null if it can. */
  readiness?: () => Promise<string | null>;
  /** Null without a sign-in. */
  staff: StaffMember | null;
  /** The person has just proved who they are. */
  isSignInFresh: boolean;
  /** The id of the session; null if there is none. */
  sessionId: string | null;
  /**
   * Checks the person's role with Entra before an action that cannot be undone.
   * @throws AppError with a sentence
   */
  recheckRole: () => Promise<Role>;
  /** For streamed responses: calls `onEnd` soon after the session has ended. The returned function stops watching. */
  watchSignIn: (onEnd: () => void) => () => void;
  /** Takes a slot among the open streams; `end` is called when another stream needs it. */
  takeStream: TakeStream;
  /** The call comes from a page of another build, such as a tab that was open during an upgrade. */
  isPageOutdated?: boolean;
  /** Why a change is refused because of its origin; null if it is accepted. */
  refusedOrigin: string | null;
  /** The id under which the page submits this change: it is carried out once, and the page can ask for its outcome. */
  submissionId: string | null;
  /** The person that the page shows as signed in; null if it does not say. */
  expectedStaffId: string | null;
};

/** The reader's day, or else the day in UTC. */
export const todayOf = ({ today, now }: Pick<TrpcContext, "today" | "now">): Day => today ?? utcDayOf(now());

/** Each procedure's role; the test of roles reads it from the router. */
type Meta = { role: Role };

const t = initTRPC
  .context<TrpcContext>()
  .meta<Meta>()
  .create({
    errorFormatter({ shape, error, type, ctx }) {
      const { cause } = error;
      const isOwn = cause instanceof AppError;
      const isInput = error.code === "BAD_REQUEST" && cause instanceof ZodError;
      const isOutdated =
        ctx?.isPageOutdated === true && (isUnknownProcedure(error) || (isInput && isOfOtherForm(cause)));
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
    },
  });

/** The page may call by names that this version no longer has, which its reader could not correct. */
function outdatedMessage(type: CallType): string {
  return type === "query"
    ? "Marketdesk was updated after this page was opened. Reload the page."
    : "Marketdesk was updated after this page was opened. Reload the page and try again; what you typed is kept.";
}

function isUnknownProcedure({ code, cause }: TRPCError): boolean {
  return code === "NOT_FOUND" && !(cause instanceof AppError);
}

/** Issues of an input with other fields, types or words than this version's; all others are mistakes of the reader. */
const formIssues = new Set(["unrecognized_keys", "invalid_type", "invalid_union", "invalid_value"]);

function isOfOtherForm({ issues }: ZodError): boolean {
  return issues.some(({ code }) => formIssues.has(code));
}

type CallType = "query" | "mutation" | "subscription" | "unknown";

/** A change failed in a way that does not tell whether it was committed. */
function isOutcomeUnknown({ code, cause }: TRPCError, type: CallType): boolean {
  return type === "mutation" && code === "INTERNAL_SERVER_ERROR" && !hasRolledBack(cause);
}

/** The message that the person sees. */
function messageFor(error: TRPCError, type: CallType): string {
  const { code, cause, message } = error;
  if (isOutcomeUnknown(error, type))
    return "Marketdesk had an internal error, so it is unknown whether your change was made. Check the activity before you try again.";
  if (code === "INTERNAL_SERVER_ERROR" && hasTakenTooLong(cause))
    return type === "mutation"
      ? "The database took too long, and nothing was changed. Try again."
      : "The database took too long to answer. Try again, or choose narrower filters.";
  if (code === "INTERNAL_SERVER_ERROR" && type === "mutation" && acceptsNoChanges(cause)) return noChangesMessage;
  if (code === "INTERNAL_SERVER_ERROR")
    return `Marketdesk had an internal error${type === "mutation" ? ", and nothing was changed" : ""}. Try again; if it fails again, inform the publisher's engineers.`;
  return code === "BAD_REQUEST" && cause instanceof ZodError ? inputMessage(cause) : message;
}

function inputMessage(error: ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join(".");
  return issue ? `${field ? `${field}: ` : ""}${issue.message}` : "The input is not valid.";
}

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Names of offers and plans in place of the marks in sentences, in all answers. */
const fillNamesIn = t.middleware(async ({ next, ctx, path, type }) => {
  const result = await next();
  if (!result.ok || type === "subscription") return result;
  const filling = fillNames(ctx.db, result.data);
  // The change is made, so its answer must not be an error.
  const data = await (type === "mutation"
    ? filling.catch((error: unknown) => {
        ctx.log.warn({ path, err: error }, "could not fill the names in the answer to a change");
        return result.data;
      })
    : filling);
  return { ...result, data };
});

/** Our errors and Microsoft's get their code from one table; any other error is logged and hidden. */
const mapErrors = t.middleware(async ({ next, ctx, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof AppError) {
    if (errorTable[cause.code].isReportable) ctx.log.warn({ path, err: cause }, "a procedure failed");
    const named = await nameError(ctx.db, cause);
    throw new TRPCError({ code: errorTable[cause.code].trpc, message: named.message, cause: named });
  }
  if (cause instanceof MarketplaceError) {
    ctx.log.warn({ path, err: cause }, "Microsoft did not do what a procedure asked");
    const upstream = new AppError("Upstream", cause.message, { cause });
    throw new TRPCError({ code: "BAD_GATEWAY", message: cause.message, cause: upstream });
  }
  if (isDataException(cause)) {
    ctx.log.warn({ path }, "PostgreSQL could not read a value in a procedure's input");
    throw new TRPCError({ code: "BAD_REQUEST", message: dataExceptionMessage });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR")
    ctx.log.error({ path, err: cause ?? result.error }, "a procedure failed");
  return result;
});

/** Carries out a submission once, and stores its outcome for a page that got no response. */
const once = t.middleware(async ({ next, ctx, path, type }) => {
  const { staff, submissionId, db, log } = ctx;
  if (type !== "mutation" || submissionId === null || staff === null) return next();
  const key = { actorId: staff.id, id: submissionId };
  if (!(await beginSubmission(db, { ...key, procedure: path }, ctx.now()))) {
    throw new TRPCError({
      code: "CONFLICT",
      message: "This change was already submitted, or withdrawn before it arrived. It was not carried out again.",
    });
  }
  const result = await next();
  // Without an outcome, the page shows that it is unknown.
  if (!result.ok && isOutcomeUnknown(result.error, type)) return result;
  const end: SubmissionEnd = result.ok
    ? { outcome: "done", message: null }
    : {
        outcome: result.error.code === "INTERNAL_SERVER_ERROR" ? "failed" : "refused",
        message: messageFor(result.error, type),
      };
  // The change itself is already decided: without this row, the page shows that its outcome is unknown.
  await endSubmission(db, key, end).catch((error: unknown) =>
    log.warn({ path, err: error }, "could not store the outcome of a submission"),
  );
  return result;
});

const base = t.procedure.use(once).use(fillNamesIn).use(mapErrors);

/**
 * A mutation must come from our own pages: a foreign page cannot set this header. It must also come from a page of
 * the current user, because another tab may have signed in someone else.
 */
const sameOrigin = t.middleware(({ next, ctx, type }) => {
  if (type === "mutation" && ctx.refusedOrigin !== null) {
    throw new TRPCError({ code: "FORBIDDEN", message: ctx.refusedOrigin });
  }
  const { staff, expectedStaffId } = ctx;
  if (type === "mutation" && staff && expectedStaffId !== null && expectedStaffId !== staff.id) {
    throw new TRPCError({
      code: "CONFLICT",
      message: `Nothing was changed: this browser is now signed in as ${staff.name}. Reload the page to continue as ${staff.name}.`,
    });
  }
  return next();
});

/** The one place that refuses text that PostgreSQL cannot store, for all inputs. */
const storableInput = t.middleware(async ({ next, getRawInput }) => {
  // Invalid JSON is refused where it is read; procedures without an input never read theirs.
  const field = findUnstorableText(await getRawInput().catch(() => undefined));
  if (field === null) return next();
  throw new AppError("Invalid", unstorableTextMessage, field ? { fields: { [field]: [unstorableTextMessage] } } : {});
});

/** Each procedure says the role that it needs: by a name below, or by the table of actions. */
export function procedureFor(role: Role) {
  return base
    .meta({ role })
    .use(sameOrigin)
    .use(({ next, ctx }) => {
      const { staff } = ctx;
      if (!staff) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in to continue." });
      if (!includesRole(staff.role, role)) {
        throw new TRPCError({
          code: "FORBIDDEN",
          message: `Your role is ${staff.role}, and this action needs the role ${role}. Ask an admin.`,
        });
      }
      const command: Context = {
        db: ctx.db,
        marketplace: ctx.marketplace,
        now: ctx.now,
        ...(ctx.marketplaceNow && { marketplaceNow: ctx.marketplaceNow }),
        log: ctx.log,
        actor: { kind: "staff", ...staff },
      };
      return next({ ctx: { ...ctx, staff, command } });
    })
    .use(storableInput);
}

/**
 * Before an action that cannot be undone or that weakens security: the person has just proved who they are, and
 * Entra still grants the role.
 * @throws AppError `FreshSignIn`; `Forbidden`; as `recheckRole`
 */
export async function requireFreshSignIn(
  ctx: Pick<TrpcContext, "isSignInFresh" | "recheckRole">,
  role: Role,
): Promise<void> {
  if (!ctx.isSignInFresh) {
    throw new AppError("FreshSignIn", "Nothing has been changed yet. Confirm that it is you, then try again.");
  }
  const current = await ctx.recheckRole();
  if (!includesRole(current, role)) {
    throw new AppError(
      "Forbidden",
      `Your role is now ${current}, and this action needs the role ${role}. Ask an admin.`,
    );
  }
}

export function dangerousProcedureFor(role: Role) {
  return procedureFor(role).use(async ({ ctx, next }) => {
    await requireFreshSignIn(ctx, role);
    return next();
  });
}

export const dangerousOperatorProcedure = dangerousProcedureFor("operator");
export const dangerousAdminProcedure = dangerousProcedureFor("admin");
export const viewerProcedure = procedureFor("viewer");
export const operatorProcedure = procedureFor("operator");
export const adminProcedure = procedureFor("admin");
