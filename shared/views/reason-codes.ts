import type { ReasonedAction } from "../reason-codes.ts";

/** Why staff did something, as a code. */
export type ReasonCodeView = {
  id: string;
  name: string;
  /** What it may be given for. */
  actions: ReasonedAction[];
  createdAt: string;
  createdByName: string;
  /** From here on it is offered no more; null: it is offered. */
  retired: { at: string; byName: string } | null;
};
