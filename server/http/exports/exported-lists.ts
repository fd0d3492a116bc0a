/** The lists that can be exported: the filters of each, its columns, and how its rows are read. */
import {
  activityFilters,
  customerFilters,
  deliveryFilters,
  operationFilters,
  subscriptionFilters,
} from "../../../shared/filters.ts";
import { usageFilters } from "../../../shared/inputs/usage.ts";
import type { Database } from "../../database/connection/database.ts";
import { listActivity } from "../../database/queries/activity-list.ts";
import { customerIdsInOrder, customersById } from "../../database/queries/customer-list.ts";
import { listDeliveries } from "../../database/queries/deliveries.ts";
import { listOperations } from "../../database/queries/operations.ts";
import { resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { subscriptionIdsInOrder } from "../../database/queries/subscription-list.ts";
import { subscriptionsById } from "../../database/queries/subscriptions.ts";
import { listUsage } from "../../database/queries/usage-slots.ts";
import {
  activityColumns,
  customerColumns,
  deliveryColumns,
  operationColumns,
  subscriptionColumns,
  usageColumns,
} from "./export-columns.ts";
import { type ExportRequest, prepared, readStrictly } from "./exported-list.ts";
import { createSerialQueue } from "./serial-queue.ts";

/** Rows per read, which bounds memory for files of any length; only ids are kept of all rows. */
const pageRows = 500;

/** Each prepares the export of one list. */
export function createExportedLists({ slowDb, marketplaceNow }: { slowDb: Database; marketplaceNow: () => Date }) {
  // Reading all ids holds a connection for seconds; the other connections are for the rows of exports that have begun.
  const readIds = createSerialQueue();

  return {
    subscriptions({ staffId, values, today }: ExportRequest) {
      const filters = readStrictly(subscriptionFilters.omit({ cursor: true }), values);
      if (typeof filters === "string") return filters;
      const resolved = resolveOwnerMe(staffId, filters, today);
      return {
        noun: "subscriptions" as const,
        filters,
        columns: subscriptionColumns,
        open: async () =>
          rowsOf(await readIds(() => subscriptionIdsInOrder(slowDb, resolved)), (ids) =>
            subscriptionsById(slowDb, ids),
          ),
      };
    },

    customers({ staffId, values }: ExportRequest) {
      const filters = readStrictly(customerFilters.omit({ cursor: true }), values);
      if (typeof filters === "string") return filters;
      const resolved = resolveOwnerMe(staffId, filters);
      return {
        noun: "customers" as const,
        filters,
        columns: customerColumns,
        open: async () =>
          rowsOf(await readIds(() => customerIdsInOrder(slowDb, resolved)), (ids) => customersById(slowDb, ids)),
      };
    },

    operations: ({ staffId, values }: ExportRequest) =>
      prepared("operations", operationFilters, values, operationColumns, (filters, cursor) =>
        listOperations(slowDb, { ...resolveOwnerMe(staffId, filters), cursor }, pageRows),
      ),

    deliveries: ({ values }: ExportRequest) =>
      prepared("deliveries", deliveryFilters, values, deliveryColumns, (filters, cursor) =>
        listDeliveries(slowDb, { ...filters, cursor }, pageRows),
      ),

    activity: ({ staffId, values }: ExportRequest) =>
      prepared("activity", activityFilters, values, activityColumns, (filters, cursor) =>
        listActivity(slowDb, { ...resolveOwnerMe(staffId, filters), cursor }, pageRows),
      ),

    usage: ({ values }: ExportRequest) =>
      prepared("usage", usageFilters, values, usageColumns, (filters, cursor) =>
        listUsage(slowDb, { ...filters, cursor }, marketplaceNow(), pageRows),
      ),
  };
}

/** Rows that were deleted since their ids were read are left out. */
async function* rowsOf<Row extends { id: string }>(
  pages: Iterable<string[]>,
  read: (ids: string[]) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (const ids of pages) {
    for (let at = 0; at < ids.length; at += pageRows) {
      const some = ids.slice(at, at + pageRows);
      const byId = new Map((await read(some)).map((row) => [row.id, row]));
      yield some.flatMap((id) => byId.get(id) ?? []);
    }
  }
}
