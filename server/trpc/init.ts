/** The frame of all procedures: roles, and the one place where errors become responses. */
import { initTRPC, TRPCError } from "@trpc/server";
import { includesRole, type Role } from "../../shared/roles.ts";
import type { Context } from "../context.ts";
import { fillNames, nameError } from "../database/queries/names.ts";
import { dataExceptionMessage, isDataException } from "../database/statements/database-errors.ts";
import { beginSubmission, endSubmission, type SubmissionEnd } from "../database/writes/submissions.ts";
import { findUnstorableText, unstorableTextMessage } from "../domain/storable-text.ts";
import { AppError, errorTable } from "../errors.ts";
import { MarketplaceError } from "../marketplace/errors.ts";
import { errorFor, isOutcomeUnknown, messageFor } from "./error-messages.ts";
import type { TrpcContext } from "./trpc-context.ts";

/** Each procedure's role; the test of roles reads it from the router. */
type Meta = { role: Role };

const t = initTRPC
  .context<TrpcContext>()
  .meta<Meta>()
  .create({
    errorFormatter: ({ shape, error, type, ctx }) => errorFor(shape, error, type, ctx?.isPageOutdated === true),
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Fills in the names of offers and plans where sentences in a response have their marks. */
const fillNamesIn = t.middleware(async ({ next, ctx, path, type }) => {
  const result = await next();
  if (!result.ok || type === "subscription") return result;
  const filling = fillNames(ctx.db, result.data);
  // The change has been made, so its response must not be an error.
  const data = await (type === "mutation"
    ? filling.catch((error: unknown) => {
        ctx.log.warn({ path, err: error }, "could not fill in the names in the response to a change");
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
    ctx.log.warn({ path, err: cause }, "a procedure failed because of Microsoft");
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
const runOnce = t.middleware(async ({ next, ctx, path, type }) => {
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

const base = t.procedure.use(runOnce).use(fillNamesIn).use(mapErrors);

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

/** Refuses text that PostgreSQL cannot store, for all inputs. */
const storableInput = t.middleware(async ({ next, getRawInput }) => {
  // Invalid JSON is refused where it is read; procedures without an input never read theirs.
  const field = findUnstorableText(await getRawInput().catch(() => undefined));
  if (field === null) return next();
  throw new AppError("Invalid", unstorableTextMessage, field ? { fields: { [field]: [unstorableTextMessage] } } : {});
});

/** A procedure for this role and higher ones. Its `command` is the context of commands, with the person as their actor. */
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

/** The same, which also needs a fresh sign-in; for actions that cannot be undone or that weaken security. */
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
