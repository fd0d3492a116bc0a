/** Every webhook sent with its answer, and every change received with its effect: what a proof of "nothing lost" counts. */
import { createHash } from "node:crypto";

/** One POST to the publisher's webhook. */
export type SentWebhook = {
  operationId: string;
  /** Of the body's bytes, as hex. */
  bodySha256: string;
  /** ISO 8601, real time. */
  at: string;
  /** Null: no answer. */
  status: number | null;
};

/** One call of the publisher that changes something: Activate, a change, a cancellation, an answer to an operation. */
export type ReceivedChange = {
  at: string;
  method: string;
  path: string;
  correlationId: string;
  body: unknown;
  /** What the service itself said; null: a fault kept the call from it. */
  effect: number | null;
  /** What the caller was told; null: the connection was cut. */
  status: number | null;
};

export type Ledger = {
  webhooks: SentWebhook[];
  changes: ReceivedChange[];
  sent(webhook: Omit<SentWebhook, "bodySha256"> & { body: string }): void;
  received(change: ReceivedChange): void;
  clear(): void;
};

/** Half a million entries are kept; an older one gives way. */
const maxKept = 500_000;

export function createLedger(): Ledger {
  const ledger: Ledger = {
    webhooks: [],
    changes: [],
    sent({ body, ...webhook }) {
      const bodySha256 = createHash("sha256").update(body).digest("hex");
      ledger.webhooks.push({ ...webhook, bodySha256 });
      if (ledger.webhooks.length > maxKept) ledger.webhooks.shift();
    },
    received(change) {
      ledger.changes.push(change);
      if (ledger.changes.length > maxKept) ledger.changes.shift();
    },
    clear() {
      ledger.webhooks.length = 0;
      ledger.changes.length = 0;
    },
  };
  return ledger;
}
