/** Reports usage so that an outage of Marketdesk loses and repeats nothing. Events are in memory; store yours in a database. */
import { randomUUID } from "node:crypto";
import type { Marketdesk, UsageEvent } from "../typescript/src/client.ts";

/** Events of one call. */
const maxEvents = 1_000;

export class Meter {
  readonly #marketdesk: Pick<Marketdesk, "reportUsage">;
  readonly #events = new Map<string, UsageEvent>();
  #isReporting = false;

  constructor(marketdesk: Pick<Marketdesk, "reportUsage">) {
    this.#marketdesk = marketdesk;
  }

  /** Counts usage at the current time. An event keeps its ID, so that it counts once, however often it is reported. */
  count(subscriptionId: string, dimension: string, quantity: string): void {
    const id = randomUUID();
    this.#events.set(id, { id, subscriptionId, dimension, quantity, time: new Date().toISOString() });
  }

  /** Reports the counted events. Without a response, the next call reports the same events again. */
  async report(): Promise<void> {
    if (this.#isReporting) return;
    this.#isReporting = true;
    try {
      while (this.#events.size > 0) {
        const { results } = await this.#marketdesk.reportUsage([...this.#events.values()].slice(0, maxEvents));
        for (const { id, status, detail } of results) {
          if (id !== null) this.#events.delete(id);
          if (status === "refused" || status === "conflict") process.stderr.write(`Usage is not billed. ${detail}\n`);
        }
      }
    } catch {
      // Marketdesk is unavailable. The next call reports the events.
    } finally {
      this.#isReporting = false;
    }
  }
}
