/** Reads a usage event, the same for the product API, files and entries of staff. */
import type { z } from "zod";
import { plainGuid } from "../../../shared/guid.ts";
import { usageEventInput } from "../../../shared/usage-event.ts";
import { isStorable, unstorableTextMessage } from "../../domain/storable-text.ts";
import { quantityOf } from "../../domain/usage/quantity.ts";
import type { ReportedUsage } from "./receive-usage.ts";

/** `id`: null if it could not be read. */
export type ReadUsage = { event: ReportedUsage } | { id: string | null; refused: string };

/** @param sentenceOf words for what is wrong with a field */
export function readUsageEvent(value: unknown, sentenceOf: (issue: z.core.$ZodIssue) => string): ReadUsage {
  const parsed = usageEventInput.safeParse(value);
  const given: unknown = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  const id = typeof given === "string" && isStorable(given) ? given.slice(0, 200) : null;
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { id, refused: issue ? sentenceOf(issue) : "The event is not valid." };
  }
  const { tenant, offer, subscriptionId, dimension, quantity, time } = parsed.data;
  if (![parsed.data.id, subscriptionId ?? "", offer ?? "", dimension].every(isStorable))
    return { id, refused: unstorableTextMessage };
  return {
    event: {
      eventId: parsed.data.id,
      subject:
        subscriptionId === undefined
          ? { tenant: tenant ?? "", offer: offer ?? "" }
          : { subscriptionId: plainGuid(subscriptionId) },
      dimension,
      quantity: quantityOf(quantity),
      occurredAt: new Date(time),
    },
  };
}
