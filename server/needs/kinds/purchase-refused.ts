/** Microsoft refuses to resolve purchase tokens, so purchasers are turned away from the landing page. */
import { sql } from "drizzle-orm";
import { resolveRefusal } from "../../domain/purchase-refusal.ts";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime, since } from "../sources.ts";

/** After this many days without a refused purchaser, the cause is considered gone. */
const windowDays = 7;

export const purchaseRefused: NeedKind = {
  group: "Purchasers turned away",
  icon: "alert",
  tone: "bad",
  windowMs: null,
  isUrgent: true,
  actions: ["open"],
  place: "/settings/connection",
  source: (now) => ({
    from: sql`purchase_refusals r`,
    id: sql`'resolve'::text`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`r.since`,
    where: sql`r.last_at >= ${since(now, windowDays)}`,
    order: sql`r.since`,
    quoted: sql`jsonb_build_object('status', r.status, 'code', r.code, 'message', r.message, 'visits', r.visits)::text`,
  }),
  words: ({ quoted }) => resolveRefusal(quoted),
};
