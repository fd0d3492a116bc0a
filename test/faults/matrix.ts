/** The fault matrix, in its order. */
import type { Fault } from "./fault.ts";
import { portAbuses } from "./matrix/abuse-port.ts";
import { purchaseAbuses } from "./matrix/abuse-purchases.ts";
import { staffAbuses } from "./matrix/abuse-staff.ts";
import { crashFaults } from "./matrix/crashes.ts";
import { databaseFaults } from "./matrix/database-outages.ts";
import { microsoftFaults } from "./matrix/microsoft-outages.ts";
import { outboxFaults } from "./matrix/outbox.ts";
import { poolerFaults } from "./matrix/pooler.ts";
import { publicPortFaults } from "./matrix/public-port.ts";
import { replicationFaults } from "./matrix/replication.ts";
import { tokenFaults } from "./matrix/signing-keys.ts";
import { webhookFaults } from "./matrix/webhook-delivery.ts";
import { usageFaults } from "./matrix/usage.ts";
import { systemFaults } from "./matrix/whole-system.ts";

export const matrix: Fault[] = [
  ...portAbuses,
  ...purchaseAbuses,
  ...staffAbuses,
  ...crashFaults,
  ...databaseFaults,
  ...microsoftFaults,
  ...outboxFaults,
  ...poolerFaults,
  ...publicPortFaults,
  ...replicationFaults,
  ...tokenFaults,
  ...usageFaults,
  ...webhookFaults,
  ...systemFaults,
].toSorted((a, b) => a.id.localeCompare(b.id));

/** What is not tested here, and why. */
export const notRun: { id: string; why: string }[] = [
  { id: "F14", why: "the database's clock is the machine's and is not changed" },
  { id: "F19", why: "300 slow heads and 300 slow bodies instead of 1,000 each, because all processes share two cores" },
  { id: "F24", why: "there is no older version yet that could run in parallel" },
  { id: "F26", why: "a few hundred subscriptions instead of 10,000" },
  { id: "I10", why: "growth of memory means nothing in runs of seconds; `npm run soak` measures it" },
];
