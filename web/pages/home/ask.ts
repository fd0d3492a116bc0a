import type { NeedView } from "../../../shared/views/needs.ts";

/** A dialog about a need that was asked for. */
export type Ask =
  | { dialog: "activate" | "replay"; need: NeedView }
  | { dialog: "write"; subscriptionId: string; name: string; need: NeedView }
  | { dialog: "try-again"; operationIds: string[] }
  | { dialog: "snooze"; need: NeedView; /** Snoozed together with it. */ others?: NeedView[] };
