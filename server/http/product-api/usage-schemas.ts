/** Inputs and outputs of reporting and reading usage. */
import { z } from "@hono/zod-openapi";
import { usageEventInput } from "../../../shared/usage-event.ts";
import { maxUsageEvents } from "../../../shared/usage.ts";

const usageEventShape = usageEventInput.meta({ id: "UsageEvent" });

const quantity = z.string().meta({ description: "A decimal number as text, exact.", example: "1250.5" });
export const usageBody = z
  .strictObject({
    events: z.array(usageEventShape).min(1).max(maxUsageEvents),
  })
  .meta({ id: "UsageBody" });

/** The same, with events that are checked one by one. */
export const looseUsageBody = z.strictObject({
  events: z
    .array(z.unknown(), "events must be a list.")
    .min(1, "events is empty.")
    .max(maxUsageEvents, `events has more than ${maxUsageEvents} entries. Send the others with further calls.`),
});

const result = z.object({
  id: z.string().nullable().meta({ description: "The event's ID; null if it could not be read." }),
  status: z.enum(["stored", "repeated", "lost", "conflict", "refused"]).meta({
    description:
      "`stored`: new. `repeated`: it was stored before, and nothing changed. `lost`: stored, but too old to be billed. `conflict`: the ID was used for other usage. `refused`: it cannot be billed. The last two are not stored.",
  }),
  code: z.union([z.literal(200), z.literal(400), z.literal(409), z.literal(422)]).meta({
    description: "The status code that a call with only this event would get.",
  }),
  detail: z.string().nullable().meta({ description: "Why the event is not billed, for people; null if it is." }),
});

export const usageReceipt = z
  .object({ results: z.array(result).meta({ description: "One for each event, in the order of the call." }) })
  .meta({ id: "UsageReceipt" });

export type UsageResult = z.infer<typeof result>;

export const usageQuery = z.strictObject({
  term: z.iso
    .date("term must be a day such as 2026-11-25.")
    .optional()
    .meta({ description: "The first day of a term. Omitted: the current term.", example: "2026-11-25" }),
});

const dimensionUsage = z.object({
  dimension: z.string(),
  name: z.string(),
  unit: z.string().nullable(),
  planId: z.string(),
  included: quantity.nullable().meta({
    description:
      "What the plan includes in the term; `unlimited`, or null until Microsoft reports it or an admin enters it.",
  }),
  used: quantity.meta({ description: "All usage of the term." }),
  collecting: quantity.meta({ description: "The part of `used` whose hour is still open." }),
  billed: quantity.meta({ description: "What Microsoft has accepted and will bill." }),
  waiting: quantity.meta({
    description: "To be billed: waiting to be sent, or for a decision or correction by staff.",
  }),
  lost: quantity.meta({ description: "Could not be sent within 24 hours." }),
});

export const usageShape = z
  .object({
    subscriptionId: z.string(),
    term: z.object({ startsOn: z.iso.date(), endsOn: z.iso.date() }),
    terms: z.array(z.iso.date()).meta({ description: "The first days of all terms with usage, newest first." }),
    dimensions: z.array(dimensionUsage),
  })
  .meta({ id: "Usage" });
