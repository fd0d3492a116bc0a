import type { Day } from "../day.ts";
import type { PlannedAction, PlannedChangeState } from "../planned-changes.ts";

export type PlannedChangeView = {
  id: string;
  subscriptionId: string;
  action: PlannedAction;
  state: PlannedChangeState;
  planId: string | null;
  /** The plan's name, or else its id. */
  planName: string | null;
  quantity: number | null;
  /** The day in UTC. */
  on: Day;
  /** Follows the end of the term. */
  isAtTermEnd: boolean;
  /** Of a suspension: the day on which access is reinstated. */
  until: Day | null;
  reason: string;
  /** The name of the reason code. */
  reasonCode: string | null;
  plannedByName: string;
  plannedAt: string;
  /** Why the change failed or still waits, as a sentence. */
  problem: string | null;
  operationId: string | null;
  endedAt: string | null;
  /** Who undid or dismissed it. */
  endedByName: string | null;
};

/** With the subscription, as the list shows it. */
export type PlannedChangeRow = PlannedChangeView & {
  subscriptionName: string;
  customer: string | null;
  customerId: string;
  ownerName: string | null;
};
