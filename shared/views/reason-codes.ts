import type { ReasonedAction } from "../reason-codes.ts";

/** A reason code of staff actions. */
export type ReasonCodeView = {
  id: string;
  name: string;
  /** The actions that it can be given for. */
  actions: ReasonedAction[];
  createdAt: string;
  createdByName: string;
  /** When it was archived; null if it is active. */
  archived: { at: string; byName: string } | null;
  /** The same under its former name, for pages that were opened before an upgrade. */
  retired: { at: string; byName: string } | null;
};
