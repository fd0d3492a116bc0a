/** Gives an endpoint a new secret. For a while messages are signed with both, so that the endpoint refuses no message. */
import { eq } from "drizzle-orm";
import type { RotateSecretInput } from "../../../shared/inputs/outbox.ts";
import { endpoints } from "../../database/schema/endpoints.ts";
import { releaseLanes } from "../../database/writes/outbox-queue.ts";
import { newSecret } from "../../outbox/standard-webhooks.ts";
import { type EndpointContext, lockEndpoint, recordEndpoint, refuseUnlessAdmin } from "./endpoint-changes.ts";
import type { EndpointTools } from "./endpoint-tools.ts";

const hourMs = 3_600_000;

/**
 * @returns the new secret, which is shown only once
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function rotateSecret(
  ctx: EndpointContext,
  { secrets, wake }: Pick<EndpointTools, "secrets" | "wake">,
  { id, overlapHours }: RotateSecretInput,
): Promise<{ secret: string }> {
  refuseUnlessAdmin(ctx);
  const secret = newSecret();
  const now = ctx.now();
  const sealed = await secrets.seal(secret, now);
  await ctx.db.transaction(async (tx) => {
    const { endpoint } = await lockEndpoint(tx, id);
    const isOverlap = overlapHours > 0;
    await tx
      .update(endpoints)
      .set({
        secret: sealed,
        secretChangedAt: now,
        previousSecret: isOverlap ? endpoint.secret : null,
        previousSecretEndsAt: isOverlap ? new Date(now.getTime() + overlapHours * hourMs) : null,
      })
      .where(eq(endpoints.id, id));
    // Messages that the endpoint refused because of the earlier secret.
    await releaseLanes(tx, id);
    await recordEndpoint(ctx, tx, {
      kind: "endpoint.secret_rotated",
      summary: `Secret of endpoint “${endpoint.name}” rotated`,
      after: { name: endpoint.name, bothSignFor: `${overlapHours} h` },
    });
  });
  wake();
  return { secret };
}
