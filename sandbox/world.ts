/** What all parts of a running sandbox share. */
import type { CallLog } from "./calls.ts";
import type { Ledger } from "./ledger.ts";
import type { Timers } from "./timers.ts";
import type { Inbox } from "./inbox/inbox.ts";
import type { State } from "./model.ts";

export type World = {
  state: State;
  /** The sandbox's address without a trailing slash; also the authority of its Entra. */
  url: string;
  landingUrl: string;
  webhookUrl: string;
  calls: CallLog;
  ledger: Ledger;
  /** Emails and cards that Marketdesk has sent. */
  inbox: Inbox;
  timers: Timers;
  /** Pauses between the attempts of one webhook; the last one repeats. */
  webhookRetryMs: readonly number[];
  /** The sandbox's clock, in milliseconds. */
  now(): number;
  /** Call this after each change of the state. */
  changed(): void;
  /** Counts changes, for the pages' live updates. */
  version(): number;
  log(line: string): void;
  stopping: AbortSignal;
};
