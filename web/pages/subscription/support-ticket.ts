/** An operation that went wrong, told to Microsoft's support: its own words, and every id by which they find it. */
import type { TraceView } from "../../../shared/views/operations.ts";

const line = (name: string, value: string | null) => (value === null ? [] : [`${name}: ${value}`]);

/** The calls that failed, else the last ones; so many are enough for a ticket. */
const maxCalls = 8;

/** As plain text, without names of people, reasons and notes of ours. */
export function supportTicket({ operation, steps }: TraceView): string {
  const calls = steps.flatMap((step) => step.calls);
  const failed = calls.filter(({ status }) => status === null || status >= 400);
  const shown = (failed.length > 0 ? failed : calls).slice(-maxCalls);
  return [
    `SaaS fulfillment: ${operation.action} ${operation.outcome ?? "is not settled"}`,
    ...line("Microsoft said", operation.lastError),
    ...line("Status at Microsoft", operation.status),
    `Subscription id: ${operation.subscriptionId}`,
    ...line("Operation id at Microsoft", operation.marketplaceId),
    ...line("Plan asked for", operation.planId),
    ...line("Seats asked for", operation.quantity === null ? null : String(operation.quantity)),
    `Started (UTC): ${operation.createdAt}`,
    ...line("Ended (UTC)", operation.settledAt),
    ...(shown.length === 0 ? [] : ["", "Calls:"]),
    ...shown.flatMap((call) => [
      `${call.at} ${call.method} ${call.path} → ${call.status ?? "no answer"}`,
      `  x-ms-requestid: ${call.requestId}`,
      `  x-ms-correlationid: ${call.correlationId}`,
    ]),
  ].join("\n");
}
