/** The definition of one kind of need. Each kind is one file in `kinds/`, listed in `kinds.ts`. */
import type { SQL } from "drizzle-orm";
import type { Day } from "../../shared/day.ts";
import type { NeedPlace } from "../../shared/need-places.ts";
import type { NeedIcon, NeedMail, NeedTone, NeedAction, NoteOfNeed } from "../../shared/views/needs.ts";

export type NeedKind = {
  /** Heading of the kind's items when they are grouped, with their icon and color. */
  group: string;
  icon: NeedIcon;
  tone: NeedTone;
  /** Milliseconds from the start to the deadline; null without a known deadline. */
  windowMs: number | null;
  /** Actions that help, the best first. */
  actions: NeedAction[];
  /** The page to act on if the need is not about a subscription. */
  place?: NeedPlace;
  /** A filtered list, when the need is about several subscriptions. */
  listOf?(item: { id: string }): { owner: string };
  /** The note, when the need is about one. */
  noteOf?(facts: Pick<NeedFacts, "quoted">): NoteOfNeed;
  /** Urgent even without a deadline, or long before it. */
  isUrgent?: boolean;
  /** Waiting loses nothing, so without a deadline it is listed after all others. */
  isListedLast?: true;
  /** `none`: cannot be snoozed. A function gives the latest end; absent: the deadline, or 30 days without one. */
  snooze?: "none" | ((dueAt: Date | null, now: Date) => Date);
  /** Where the items are. `today` is the reader's day, for what staff choose as days. */
  source(now: SQL, today: SQL): NeedSource;
  /** The item in a few words, and the explanation. */
  words(facts: NeedFacts): { what: string; rule: string };
  /** A draft of an email to the customer, for the action `write`. */
  mail?(facts: NeedFacts): NeedMail;
  /** The deadline is the latest possible one, because its beginning was not observed. */
  isLatest?(facts: NeedFacts): boolean;
};

/** The items of a kind as parts of a statement: a range of a partial index, ordered by deadline. */
export type NeedSource = {
  from: SQL;
  /** The same rows of one owner only, where PostgreSQL would otherwise read those of all owners. */
  fromOfOwner?: (owner: SQL) => SQL;
  /** Identifies the item together with the kind. */
  id: SQL;
  idType: "text" | "uuid";
  subscriptionId: SQL;
  operationId: SQL;
  /** The deadline. */
  dueAt: SQL;
  /** Since when the need exists, where that is known and useful. */
  since?: SQL;
  where: SQL;
  order: SQL;
  /** Staff id of the owner, for the filter "assigned to me". */
  ownerId: SQL;
  /** A text that `words` quotes. */
  quoted: SQL;
};

/** What `words` and `mail` may use, as far as it is known. */
export type NeedFacts = {
  /** The customer's company or email address. */
  customer: string | null;
  subscriptionName: string | null;
  offerId: string | null;
  /** The plan, with its offer if that has a name: `Contoso Insight (Team)`. */
  planName: string;
  status: string | null;
  unrecognisedStatus: string | null;
  autoRenews: boolean | null;
  /** The last day of the term. */
  termEndsOn: Day | null;
  /** The subscription already had the status when we first saw it, so the start of the status is unknown. */
  isStartUnknown: boolean;
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
