/** All webhooks sent and all changes received, with their results. Tests count them to prove that nothing was lost. */
import { createHash } from "node:crypto";

/** One POST to the publisher's webhook. */
export type SentWebhook = {
  operationId: string;
  /** Of the body's bytes, as hex. */
  bodySha256: string;
  /** ISO 8601, real time. */
  at: string;
  /** null: no response. */
  status: number | null;
};

/** A call of the publisher that changes something: Activate, a change, a cancellation, an acknowledgment. */
export type ReceivedChange = {
  at: string;
  method: string;
  path: string;
  correlationId: string;
  body: unknown;
  /** The service's own status; null: a fault kept the call from being processed. */
  effect: number | null;
  /** The status that the caller received; null: the connection was closed. */
  status: number | null;
};

export type Ledger = {
  webhooks: SentWebhook[];
  changes: ReceivedChange[];
  sent(webhook: Omit<SentWebhook, "bodySha256"> & { body: string }): void;
  received(change: ReceivedChange): void;
  clear(): void;
};

/** At most half a million entries; the oldest are dropped. */
const maxEntries = 500_000;

export function createLedger(): Ledger {
  const ledger: Ledger = {
    webhooks: [],
    changes: [],
    sent({ body, ...webhook }) {
      const bodySha256 = createHash("sha256").update(body).digest("hex");
      ledger.webhooks.push({ ...webhook, bodySha256 });
      if (ledger.webhooks.length > maxEntries) ledger.webhooks.shift();
    },
    received(change) {
      ledger.changes.push(change);
      if (ledger.changes.length > maxEntries) ledger.changes.shift();
    },
    clear() {
      ledger.webhooks.length = 0;
      ledger.changes.length = 0;
    },
  };
  return ledger;
}
