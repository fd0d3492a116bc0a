/** Filters that staff save under a name. Only changes of shared views are in the audit trail. */
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import { and, eq, ne, sql } from "drizzle-orm";
import type { ViewFilters } from "../../../shared/inputs/views.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { announce, record } from "../../database/record/record.ts";
import { savedViews as v } from "../../database/schema/saved-views.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";

type Staff = Extract<Actor, { kind: "staff" }>;
type View = typeof v.$inferSelect;

/** Per person. */
const maxSavedViews = 50;

/**
 * Saves filters as a private view of the caller.
 * @throws AppError `Invalid` for a name that is in use, `NotAllowedNow` for too many views
 */
export async function createView(ctx: Context, input: { name: string; filters: ViewFilters }): Promise<{ id: string }> {
  const staff = staffOf(ctx);
  const now = ctx.now();
  const id = newId(now);
  await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, `views of ${staff.id}`);
    const own = await tx.$count(v, eq(v.ownerId, staff.id));
    if (own >= maxSavedViews)
      throw new AppError("NotAllowedNow", `You already have ${maxSavedViews} views, the maximum. Delete a view first.`);
    const inserted = await tx
      .insert(v)
      .values({ id, ...input, ownerId: staff.id, ownerName: staff.name, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
      .returning({ id: v.id });
    if (inserted.length === 0) throw nameTaken();
  });
  return { id };
}

/**
 * Changes a view's name or filters.
 * @throws AppError `NotFound`, `Forbidden`, `Invalid`
 */
export function changeView(ctx: Context, input: { id: string; name: string; filters: ViewFilters }): Promise<Done> {
  return withView(ctx, input.id, async (tx, view, staff) => {
    if (view.ownerId !== staff.id) throw new AppError("Forbidden", `Only ${view.ownerName} can change this view.`);
    await lockExclusively(tx, `views of ${staff.id}`);
    const sameName = and(eq(v.ownerId, staff.id), ne(v.id, view.id), sql`lower(${v.name}) = lower(${input.name})`);
    if ((await tx.$count(v, sameName)) > 0) throw nameTaken();
    await tx.update(v).set({ name: input.name, filters: input.filters, updatedAt: ctx.now() }).where(eq(v.id, view.id));
    return { kind: "view.changed", summary: `View “${input.name}” changed` };
  });
}

/**
 * Shares a view with all staff, or makes it private again.
 * @throws AppError `NotFound`, `Forbidden`
 */
export function shareView(ctx: Context, input: { id: string; isShared: boolean }): Promise<Done> {
  return withView(ctx, input.id, async (tx, view, staff) => {
    if (view.ownerId !== staff.id && !(view.isShared && staff.role === "admin"))
      throw new AppError("Forbidden", `Only ${view.ownerName} or an admin can share this view.`);
    mustBeOperator(staff);
    if (view.isShared === input.isShared) return null;
    await tx.update(v).set({ isShared: input.isShared, updatedAt: ctx.now() }).where(eq(v.id, view.id));
    return input.isShared
      ? { kind: "view.shared", summary: `View “${view.name}” shared with the team` }
      : { kind: "view.unshared", summary: `View “${view.name}” made private` };
  });
}

/** @throws AppError `NotFound`, `Forbidden` */
export function removeView(ctx: Context, input: { id: string }): Promise<Done> {
  return withView(ctx, input.id, async (tx, view, staff) => {
    if (view.ownerId !== staff.id && staff.role !== "admin")
      throw new AppError("Forbidden", `Only ${view.ownerName} or an admin can delete this view.`);
    await tx.delete(v).where(eq(v.id, view.id));
    return { kind: "view.removed", summary: `View “${view.name}” deleted` };
  });
}

type Done = { ok: true };
type ViewEvent = { kind: ActivityKind; summary: string };

/** Changes a view under its lock, with an audit entry if it is shared before or after. */
async function withView(
  ctx: Context,
  id: string,
  change: (tx: Executor, view: View, staff: Staff) => Promise<ViewEvent | null>,
): Promise<Done> {
  const staff = staffOf(ctx);
  await ctx.db.transaction(async (tx) => {
    const [view] = await tx.select().from(v).where(eq(v.id, id)).for("update");
    // Private views of others are hidden, including their existence.
    if (!view || (view.ownerId !== staff.id && !view.isShared))
      throw new AppError("NotFound", "This view no longer exists.");
    if (view.isShared) mustBeOperator(staff);
    const event = await change(tx, view, staff);
    if (event === null || !(view.isShared || event.kind === "view.shared")) return;
    await record(tx, staff, ctx.now(), [{ ...event, before: { filters: view.filters } }]);
    await announce(tx, [{ topic: "view", subscriptionId: null }]);
  });
  return { ok: true };
}

function staffOf({ actor }: Context): Staff {
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can have views.");
  return actor;
}

function mustBeOperator({ role }: Staff): void {
  if (!includesRole(role, "operator"))
    throw new AppError("Forbidden", `Your role is ${role}, and sharing a view needs the role operator. Ask an admin.`);
}

function nameTaken(): AppError {
  const message = "You already have a view with this name.";
  return new AppError("Invalid", message, { fields: { name: [message] } });
}
