import type { NeedView } from "../../../shared/views/needs.ts";

/** A dialog about a need that was asked for. */
export type Ask = { dialog: "activate" | "replay" | "snooze"; need: NeedView };
