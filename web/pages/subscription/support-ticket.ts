/** The details of a failed operation for Microsoft support: their messages and all ids. */
import type { TraceView } from "../../../shared/views/operations.ts";

const line = (name: string, value: string | null) => (value === null ? [] : [`${name}: ${value}`]);

/** The failed calls, or else the latest ones; this many are enough for a ticket. */
const maxCalls = 8;

/** The details as plain text, without people's names, reasons and notes. */
export function supportTicket({ operation, steps }: TraceView): string {
  const calls = steps.flatMap((step) => step.calls);
  const failed = calls.filter(({ status }) => status === null || status >= 400);
  const shown = (failed.length > 0 ? failed : calls).slice(-maxCalls);
  return [
    `SaaS fulfillment: ${operation.action} ${operation.outcome ?? "in progress"}`,
    ...line("Microsoft's message", operation.lastError),
    ...line("Status at Microsoft", operation.status),
    `Subscription id: ${operation.subscriptionId}`,
    ...line("Operation id at Microsoft", operation.marketplaceId),
    ...line("Requested plan", operation.planId),
    ...line("Requested seats", operation.quantity === null ? null : String(operation.quantity)),
    `Started (UTC): ${operation.createdAt}`,
    ...line("Ended (UTC)", operation.settledAt),
    ...(shown.length === 0 ? [] : ["", "Calls:"]),
    ...shown.flatMap((call) => [
      `${call.at} ${call.method} ${call.path} → ${call.status ?? "no response"}`,
      `  x-ms-requestid: ${call.requestId}`,
      `  x-ms-correlationid: ${call.correlationId}`,
    ]),
  ].join("\n");
}
