import { eq } from "drizzle-orm";
import type { Executor } from "../../database/connection/database.ts";
import { customers } from "../../database/schema/customers.ts";
import { deriveCustomers } from "../../database/writes/customer-listings.ts";
import { AppError } from "../../errors.ts";

export type CustomerRecord = typeof customers.$inferSelect;

/**
 * Brings the customer's listing up to date and locks it.
 * @throws AppError `NotFound`; `Conflict` if it was merged into another one
 */
export async function lockCustomer(tx: Executor, id: string, now: Date): Promise<CustomerRecord> {
  await deriveCustomers(tx, [id], now);
  const [customer] = await tx.select().from(customers).where(eq(customers.id, id)).for("update");
  if (!customer) throw new AppError("NotFound", "There is no customer with this ID.");
  if (customer.mergedInto !== null)
    throw new AppError("Conflict", "This customer has been merged into another one. Reload the page to see it.");
  return customer;
}
