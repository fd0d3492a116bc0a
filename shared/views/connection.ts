import type { Day } from "../day.ts";
import type { AppName } from "../inputs/settings.ts";

/** One result of the connection check, with a remedy if it is wrong. */
export type ConnectionLineView = {
  name: string;
  state: "ok" | "warning" | "wrong";
  /** The finding in words, or an id or address. */
  value: string;
  /** `value` can be copied. */
  isId?: boolean;
  note?: string;
  /** The instant that the value or note is about. */
  at?: string | null;
  /** What to do, as a sentence; null if nothing. */
  remedy: string | null;
  /** A secret whose expiry date an admin enters. */
  secret?: { app: AppName; endsOn: Day | null };
};

export type ConnectionGroupView = { title: string; lines: ConnectionLineView[] };

export type ConnectionView = { checkedAt: string; groups: ConnectionGroupView[] };
