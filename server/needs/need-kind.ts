/** What a kind of need is made of. Each kind is one file in `kinds/`, named in `kinds.ts`; nothing else knows of it. */
import type { SQL } from "drizzle-orm";
import type { Day } from "../../shared/day.ts";
import type { NeedIcon, NeedMail, NeedPlace, NeedTone, NeedAction } from "../../shared/views/needs.ts";

export type NeedKind = {
  /** Heading of its items when there are many, its picture and colour. */
  group: string;
  icon: NeedIcon;
  tone: NeedTone;
  /** From the begin to the loss, in milliseconds; null: nothing is lost at a known time. */
  windowMs: number | null;
  /** What helps, the best way first. */
  actions: NeedAction[];
  /** Where one acts when it is about no subscription. */
  place?: NeedPlace;
  /** The list of subscriptions that it is about, where it is about several. */
  listOf?(item: { id: string }): { owner: string };
  /** Somebody waits for it now, however far its deadline is. */
  isPressing?: boolean;
  /** `none`: it cannot be put off. Else until when at most; absent: until its loss, or for 30 days where none is ahead. */
  snooze?: "none" | ((dueAt: Date | null, now: Date) => Date);
  /** Where its items are. `today` is the reader's day, for what people choose as days. */
  source(now: SQL, today: SQL): NeedSource;
  /** The item in a few words, the rule behind it, and what one could write to the customer. */
  words(facts: NeedFacts): { what: string; rule: string; mail?: NeedMail };
  /** The deadline is the latest possible one: what it hangs on was not seen to begin. */
  isLatest?(facts: NeedFacts): boolean;
};

/** The items of a kind as parts of a statement: a range of a partial index, in the order in which they are lost. */
export type NeedSource = {
  from: SQL;
  /** With the kind it names the item. */
  id: SQL;
  idType: "text" | "uuid";
  subscriptionId: SQL;
  operationId: SQL;
  /** When something is lost. */
  dueAt: SQL;
  /** Since when it is so, where that is known and worth saying. */
  since?: SQL;
  where: SQL;
  order: SQL;
  /** Who looks after it, a staff id; used by the filter of one's own. */
  ownerId: SQL;
  /** A text that the words quote. */
  quoted: SQL;
};

/** What the words may use, as far as it is known. */
export type NeedFacts = {
  /** The customer's company or address. */
  customer: string | null;
  subscriptionName: string | null;
  planName: string;
  status: string | null;
  unrecognisedStatus: string | null;
  autoRenews: boolean | null;
  /** The last day of the term. */
  termEndsOn: Day | null;
  /** The desk did not see its status begin: it began then or before. */
  isFirstSeenSo: boolean;
  dueAt: Date | null;
  operation: {
    action: string;
    planId: string | null;
    quantity: number | null;
    attempts: number;
    lastError: string | null;
  } | null;
  quoted: string | null;
};
