import type { Day } from "../day.ts";
import type { AppName } from "../inputs.ts";

/** One thing that was looked at, and what helps where it is not right. */
export type ConnectionLineView = {
  name: string;
  state: "ok" | "warning" | "wrong";
  /** What was found, in words, or an id or address as it is. */
  value: string;
  /** `value` is to be copied. */
  isId?: boolean;
  note?: string;
  /** The instant that the value or note is about. */
  at?: string | null;
  /** What to do, as a sentence; null: nothing. */
  remedy: string | null;
  /** The end of this secret is told by an admin. */
  secret?: { app: AppName; endsOn: Day | null };
};

export type ConnectionGroupView = { title: string; lines: ConnectionLineView[] };

export type ConnectionView = { checkedAt: string; groups: ConnectionGroupView[] };
