/** The calls about operations. */

import type { Call } from "./call.ts";
import { readRetryAfter } from "./failures.ts";
import { type ReadCalls, subscriptions } from "./read-calls.ts";
import { readOperation } from "./read-operation.ts";
import type { Marketplace } from "./types.ts";

export function createOperationCalls({
  send,
  read,
  rows,
  now,
}: ReadCalls): Pick<Marketplace, "listOperations" | "getOperation" | "acknowledge"> {
  return {
    async listOperations(id, o) {
      const path = [...subscriptions, id, "operations"];
      const call: Call = { name: "List operations", method: "GET", path, effect: "none", isOperationRead: true };
      const operations = await rows(call, o, "operations");
      return operations
        .map((row) => readOperation(row, { subscriptionId: id }))
        .filter((operation) => operation !== null);
    },

    getOperation(id, operationId, o) {
      const path = [...subscriptions, id, "operations", operationId];
      const call: Call = { name: "Get operation", method: "GET", path, effect: "none", isOperationRead: true };
      return read(call, o, (value, { headers }) => {
        const operation = readOperation(value, { subscriptionId: id, operationId });
        return operation && { ...operation, retryAfterMs: readRetryAfter(headers, now()) };
      });
    },

    async acknowledge(id, operationId, outcome, o) {
      const path = [...subscriptions, id, "operations", operationId];
      await send({ name: "Acknowledge", method: "PATCH", path, body: { status: outcome }, effect: "repeatable" }, o);
    },
  };
}
