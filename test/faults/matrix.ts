/** The fault matrix, in its order. */
import type { Fault } from "./fault.ts";
import { crashFaults } from "./matrix/crashes.ts";
import { databaseFaults } from "./matrix/database.ts";
import { microsoftFaults } from "./matrix/microsoft.ts";
import { webhookFaults } from "./matrix/webhooks.ts";

export const matrix: Fault[] = [...crashFaults, ...databaseFaults, ...microsoftFaults, ...webhookFaults].toSorted((a, b) =>
  a.id.localeCompare(b.id),
);

/** What is left out here, and why. */
export const notRun: { id: string; why: string }[] = [];
