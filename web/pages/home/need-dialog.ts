import type { NeedView } from "../../../shared/views/needs.ts";

/** The dialog that is open, and the need or operations that it is about. */
export type NeedDialog =
  | { dialog: "activate" | "replay"; need: NeedView }
  | { dialog: "write"; subscriptionId: string; name: string; need: NeedView }
  | { dialog: "try-again"; operationIds: string[] }
  | { dialog: "snooze"; need: NeedView; /** Snoozed together with it. */ others?: NeedView[] };
