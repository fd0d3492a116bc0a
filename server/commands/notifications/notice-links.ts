/** What a person confirms on the page of a message's link, once: picking up a need, snoozing it, or approving a cancellation. */
import { sql } from "drizzle-orm";
import type { NoticeAction } from "../../../shared/notifications.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { AppError } from "../../errors.ts";
import { needKind } from "../../needs/kinds.ts";
import { findNeed, type Need } from "../../needs/read-needs.ts";
import type { NoticeLinks } from "../../notify/notice-link.ts";
import { snoozeNeed } from "../needs/snooze-need.ts";
import { approveCancellation } from "../subscriptions/decide-cancellation.ts";

export type LinkedNeed = {
  noticeId: string;
  needId: number;
  kind: string;
  subjectId: string;
  need: Need | null;
  usedAt: Date | null;
  taken: { byId: string; byName: string; at: Date } | null;
};

/**
 * The need that a link names.
 * @throws AppError `NotFound` for a link that is not ours or too old, `Forbidden` for someone else's
 */
export async function readNoticeLink(
  ctx: Pick<Context, "actor" | "now"> & { db: Executor },
  links: NoticeLinks,
  link: string,
): Promise<LinkedNeed> {
  const named = links.read(link);
  const { rows } =
    named === null
      ? { rows: [] }
      : await ctx.db.execute<{
          target: string;
          used_at: string | null;
          kind: string;
          subject_id: string;
          ended_at: string | null;
          taken_by_id: string | null;
          taken_by_name: string | null;
          taken_at: string | null;
        }>(sql`
          select t.target, t.used_at, n.kind, n.subject_id, n.ended_at, n.taken_by_id, n.taken_by_name, n.taken_at
          from notice_needs t join seen_needs n on n.id = t.need_id
          where t.notice_id = ${named.noticeId}::uuid and t.need_id = ${named.needId}`);
  const [row] = rows;
  if (named === null || !row) {
    throw new AppError("NotFound", "This link is no longer valid. Open the need from Needs attention.");
  }
  // Email is for one person; a channel is for everyone who can read it.
  const isPersonal = row.target.includes(":");
  if (isPersonal && !(ctx.actor.kind === "staff" && ctx.actor.id === row.target)) {
    throw new AppError("Forbidden", "This link was sent to a colleague. Open the need from Needs attention.");
  }
  return {
    ...named,
    kind: row.kind,
    subjectId: row.subject_id,
    need: row.ended_at === null ? await findNeed(ctx.db, ctx.now(), row.kind, row.subject_id) : null,
    usedAt: row.used_at === null ? null : new Date(row.used_at),
    taken:
      row.taken_by_id === null
        ? null
        : { byId: row.taken_by_id, byName: row.taken_by_name ?? "", at: new Date(row.taken_at ?? ctx.now()) },
  };
}

/**
 * Does what the person confirmed, and uses the link up.
 * @throws AppError as {@link readNoticeLink}; `NotAllowedNow` for a used link or a resolved need; as the action
 */
export async function actOnNotice(ctx: Context, links: NoticeLinks, link: string, action: NoticeAction): Promise<void> {
  const linked = await readNoticeLink(ctx, links, link);
  if (linked.need === null) throw resolved();
  if (!(await useLink(ctx, linked))) {
    throw new AppError("NotAllowedNow", "This link has been used. Open the need from Needs attention.");
  }
  try {
    await act(ctx, linked, linked.need, action);
  } catch (error) {
    await ctx.db.execute(sql`
      update notice_needs set used_at = null where notice_id = ${linked.noticeId}::uuid and need_id = ${linked.needId}`);
    throw error;
  }
}

async function useLink({ db, now }: Pick<Context, "db" | "now">, { noticeId, needId }: LinkedNeed): Promise<boolean> {
  const used = await db.execute(sql`
    update notice_needs set used_at = ${now().toISOString()}::timestamptz
    where notice_id = ${noticeId}::uuid and need_id = ${needId} and used_at is null`);
  return (used.rowCount ?? 0) > 0;
}

async function act(ctx: Context, linked: LinkedNeed, need: Need, action: NoticeAction): Promise<void> {
  switch (action.kind) {
    case "take":
      return takeNeed(ctx, linked, need);
    case "snooze":
      return snoozeNeed(ctx, {
        kind: linked.kind,
        id: linked.subjectId,
        until: action.until,
        reason: action.reason,
      });
    case "approve":
      if (need.kind !== "cancel_request") throw new AppError("Invalid", "This need is not a cancellation to approve.");
      await approveCancellation(ctx, { requestId: linked.subjectId });
  }
}

/** Records who is working on the need, so that it is not escalated to the next person. */
async function takeNeed(ctx: Context, { needId }: LinkedNeed, need: Need): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can pick up needs.");
  await ctx.db.transaction(async (tx) => {
    const taken = await tx.execute(sql`
      update seen_needs set taken_by_id = ${actor.id}, taken_by_name = ${actor.name}, taken_at = ${ctx.now().toISOString()}::timestamptz
      where id = ${needId} and ended_at is null`);
    if ((taken.rowCount ?? 0) === 0) throw resolved();
    await record(tx, actor, ctx.now(), [
      {
        subscriptionId: need.subscriptionId,
        operationId: need.operationId,
        kind: "need.taken",
        summary: `Picked up: ${needKind(need.kind).words(need).what}`,
      },
    ]);
    await announce(tx, [{ topic: "need", subscriptionId: need.subscriptionId }]);
  });
}

function resolved(): AppError {
  return new AppError("NotAllowedNow", "This need has been resolved, so nothing is left to do.");
}
