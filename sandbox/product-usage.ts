/** The usage of the simulated product: it reports the last day, hour by hour, over the product API. */
import type { UsageEvent } from "../clients/typescript/src/client.ts";
import { findPlan } from "./fulfillment/catalog.ts";
import { Refusal } from "./fulfillment/refusal.ts";
import { clientOf } from "./product.ts";
import { createRandom } from "./random.ts";
import type { Subscription } from "./model.ts";
import type { World } from "./world.ts";

const hourMs = 3_600_000;
/** Microsoft accepts usage for 24 hours; the oldest hour would be too old before it is sent. */
const hours = 23;
/** Marketdesk takes 1,000 events in a call. */
const maxEvents = 1_000;

/**
 * Can be repeated: the ids and quantities of an hour are always the same, so nothing is counted twice.
 * @param which dimensions; those without a known included quantity need an admin before they are billed
 * @returns how many events were new, and why others were refused
 */
export async function reportUsage(
  world: World,
  which: "all" | "known" = "all",
): Promise<{ stored: number; refusals: string[] }> {
  const { product } = world.state;
  if (product === null)
    throw new Refusal(409, "No simulated product is connected. Start Marketdesk with the sample and without settings.");
  const events = [...world.state.subscriptions.values()]
    .filter(({ status, isFreeTrial }) => status === "Subscribed" && !isFreeTrial)
    .flatMap((subscription) => eventsOf(subscription, which, world.now()))
    .slice(0, maxEvents);
  if (events.length === 0) return { stored: 0, refusals: [] };
  const { results } = await clientOf(world, product).reportUsage(events);
  return {
    stored: results.filter(({ status }) => status === "stored").length,
    refusals: [...new Set(results.flatMap(({ status, detail }) => (status === "refused" && detail ? [detail] : [])))],
  };
}

function eventsOf({ id, offerId, planId }: Subscription, which: "all" | "known", now: number): UsageEvent[] {
  const dimensions = (findPlan(offerId, planId)?.dimensions ?? []).filter(
    ({ included }) => which === "all" || included !== null,
  );
  const thisHour = Math.floor(now / hourMs) * hourMs;
  return Array.from({ length: hours }, (_, index) => thisHour - index * hourMs).flatMap((hour) =>
    dimensions.flatMap((dimension) => {
      const quantity = usedIn(`${id} ${dimension.id} ${hour}`, Number(dimension.included ?? 0) || 1_000);
      const time = new Date(hour).toISOString();
      const event = { subscriptionId: id, dimension: dimension.id, quantity, time };
      return [{ id: `contoso ${id} ${dimension.id} ${time}`, ...event }];
    }),
  );
}

/** 4 to 12 percent of the included quantity of a month, so that one day exceeds it. */
function usedIn(hour: string, included: number): string {
  let seed = 0;
  for (const character of hour) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) | 0;
  return (createRandom(seed).between(400, 1_200) * Math.max(1, included) * 0.0001).toFixed(3);
}
