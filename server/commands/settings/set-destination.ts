/** Sets where purchasers go from the landing page: a new version for an offer, a plan, or all offers. */
import { sql } from "drizzle-orm";
import { type DestinationMode, destinationModeWords } from "../../../shared/destinations.ts";
import type { SetDestinationInput } from "../../../shared/inputs/landing.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { isAllowedAddress } from "../../database/queries/allowed-origins.ts";
import { latestDestinationOf } from "../../database/queries/destinations.ts";
import { announce, record } from "../../database/record/record.ts";
import { destinations } from "../../database/schema/destinations.ts";
import { newId } from "../../database/statements/new-id.ts";
import { actorColumns } from "../../domain/actor.ts";
import { scopeInWords } from "../../domain/name-marks.ts";
import { AppError } from "../../errors.ts";
import { allowOrigin } from "./allowed-origins.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * Only an address that is set here is ever a target: none comes from a request.
 * @param options.isSandbox plain http is allowed on this machine
 * @throws AppError `Forbidden` unless admin, `Invalid` for plain http outside of the sandbox and for an origin that
 * is not allowed, `Conflict` if someone else changed it in the meantime
 */
export async function setDestination(
  ctx: Context,
  input: SetDestinationInput,
  options: { isSandbox: boolean },
): Promise<{ version: number }> {
  requireAdmin(ctx.actor, "Only an admin can set where purchasers go.");
  const { seenVersion, reason, offerId, planId, mode } = input;
  const url = mode === null || mode === "page" ? null : new URL(input.url).href;
  if (url?.startsWith("http:") && !options.isSandbox) {
    const message = "The address must start with https://, because the handoff contains customer data.";
    throw new AppError("Invalid", message, { fields: { url: [message] } });
  }
  return ctx.db.transaction(async (tx) => {
    // Serialized, so that versions have no gaps.
    await tx.execute(sql`lock table ${destinations} in share row exclusive mode`);
    const former = await latestDestinationOf(tx, input);
    if ((former?.version ?? 0) !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${former?.actorName ?? "A colleague"} has changed this destination. Review it, then make your change again.`,
      );
    }
    if (url !== null) await checkOrigin(ctx, tx, { url, addsOrigin: input.addsOrigin, reason });
    const at = ctx.now();
    const [last] = await tx
      .select({ version: sql<number>`coalesce(max(${destinations.version}), 0)` })
      .from(destinations);
    const version = (last?.version ?? 0) + 1;
    const values = {
      offerId,
      planId,
      mode,
      url,
      followsWider: mode === null,
      opensOnReturn: url !== null && input.opensOnReturn,
    };
    await tx
      .insert(destinations)
      .values({ id: newId(at), version, ...values, reason, ...actorColumns(ctx.actor), createdAt: at });
    await record(tx, ctx.actor, at, [
      {
        kind: "destination.changed",
        summary: `Destination of purchasers for ${scopeInWords(input)}, version ${version}: ${inWords(mode)}`,
        before: former && onRecord(former),
        after: onRecord(values),
        reason,
      },
    ]);
    await announce(tx, [{ topic: "setting", subscriptionId: null }]);
    return { version };
  });
}

async function checkOrigin(
  ctx: Context,
  tx: Executor,
  { url, addsOrigin, reason }: { url: string; addsOrigin: boolean; reason: string },
): Promise<void> {
  if (await isAllowedAddress(tx, url)) return;
  const { origin } = new URL(url);
  if (addsOrigin) {
    await allowOrigin(ctx, tx, { origin, reason });
    return;
  }
  const message = `${origin} is not an allowed origin. Add it under Settings, Destination, or select the box below the address.`;
  throw new AppError("Invalid", message, { fields: { url: [message] } });
}

type Stored = { mode: DestinationMode | null; url: string | null; opensOnReturn: boolean };

function onRecord({ mode, url, opensOnReturn }: Stored) {
  return { destination: inWords(mode), address: url, opensOnReturn };
}

function inWords(mode: DestinationMode | null): string {
  return mode === null ? "inherited from the wider destination" : destinationModeWords[mode];
}
