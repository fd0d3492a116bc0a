/** Usage that staff upload from a file or enter by hand. The same checks apply as to usage from the product. */
import type { EnterUsageInput, UploadUsageFileInput } from "../../../shared/inputs/usage.ts";
import type { ReportedLine } from "../../../shared/views/usage.ts";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { inDigits } from "../../domain/usage/quantity.ts";
import { AppError } from "../../errors.ts";
import { readUsageEvent } from "./read-usage-event.ts";
import { receiveUsage, type ReportedUsage, type UsageOutcome } from "./receive-usage.ts";
import { readUsageFile, type UsageLine } from "./usage-file.ts";

/** The outcome that each line would have. @throws AppError `Invalid` if the file cannot be read */
export function checkUsageFile(ctx: Context, text: string): Promise<ReportedLine[]> {
  return reportLines(ctx, readUsageFile(text), null);
}

/**
 * Stores the lines that can be billed. Lines that were stored before are not counted again.
 * @throws AppError `Invalid` if the file cannot be read
 */
export function uploadUsageFile(ctx: Context, { text, reason }: UploadUsageFileInput): Promise<ReportedLine[]> {
  return reportLines(ctx, readUsageFile(text), reason);
}

/** @throws AppError `NotAllowedNow` with the reason why it cannot be billed */
export async function enterUsage(ctx: Context, { reason, ...fields }: EnterUsageInput): Promise<void> {
  const read = readUsageEvent(fields, (issue) => issue.message);
  if ("refused" in read) throw new AppError("Invalid", read.refused);
  const { event } = read;
  // All events are checked at one moment, before any is stored: those that are too old are refused.
  const moment = atMicrosoft(ctx).now();
  const judging = { ...ctx, now: () => moment };
  const origin = { source: "staff" as const, reason };
  refuse(await receiveUsage(judging, [event], origin, { isDryRun: true }));
  const outcomes = await receiveUsage(judging, [event], origin, {
    async note(tx, stored) {
      if (stored.size === 0) return;
      await record(tx, ctx.actor, ctx.now(), [
        {
          subscriptionId: fields.subscriptionId,
          kind: "usage.entered",
          summary: "Usage entered by hand",
          after: { dimension: event.dimension, quantity: inDigits(event.quantity), time: fields.time },
          reason,
        },
      ]);
      await announce(tx, [{ topic: "usage", subscriptionId: fields.subscriptionId }]);
    },
  });
  refuse(outcomes);
}

function refuse([outcome]: UsageOutcome[]): void {
  if (outcome?.status === "lost")
    throw new AppError(
      "NotAllowedNow",
      "Microsoft accepts usage for 24 hours, and they have passed. Nothing was stored.",
    );
  if (outcome && "detail" in outcome) throw new AppError("NotAllowedNow", outcome.detail);
}

/** @param reason null: a dry run */
async function reportLines(ctx: Context, lines: UsageLine[], reason: string | null): Promise<ReportedLine[]> {
  const read = lines.map(({ fields, refused }) =>
    refused === null ? readUsageEvent(fields, (issue) => issue.message) : { id: fields.id ?? null, refused },
  );
  const events = read.flatMap((one) => ("event" in one ? [one.event] : []));
  const note = async (tx: Parameters<typeof record>[0], stored: ReadonlySet<string>) => {
    if (stored.size === 0) return;
    const count = { lines: lines.length, stored: stored.size };
    await record(tx, ctx.actor, ctx.now(), [
      { kind: "usage.uploaded", summary: "Usage uploaded from a file", after: count, reason },
    ]);
    await announce(tx, [{ topic: "usage", subscriptionId: null }]);
  };
  const outcomes = await receiveUsage(
    atMicrosoft(ctx),
    events,
    { source: "file", reason },
    reason === null ? { isDryRun: true } : { note },
  );
  const outcomeOf = new Map<ReportedUsage, UsageOutcome>();
  for (const [at, event] of events.entries()) {
    const outcome = outcomes[at];
    if (outcome) outcomeOf.set(event, outcome);
  }
  return lines.map(({ line, fields }, at): ReportedLine => {
    const one = read[at];
    const { id = null, subscriptionId = null, dimension = null, quantity = null, time = null } = fields;
    const given = { line, id, subscriptionId, dimension, quantity, time };
    if (one === undefined || "refused" in one)
      return { ...given, status: "refused", detail: one?.refused ?? "The line could not be read." };
    const outcome = outcomeOf.get(one.event);
    if (outcome === undefined) throw new Error("an event has no outcome");
    return { ...given, status: outcome.status, detail: "detail" in outcome ? outcome.detail : null };
  });
}

/** Usage is checked against Microsoft's time. */
function atMicrosoft(ctx: Context): Context {
  return { ...ctx, now: ctx.marketplaceNow ?? ctx.now };
}
