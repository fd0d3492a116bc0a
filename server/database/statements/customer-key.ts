/** Which customer a subscription belongs to. The function is in `drizzle/0000_schema.sql`. */
import { type SQL, sql } from "drizzle-orm";
import { customers } from "../schema/customers.ts";

const columns = ["beneficiary_tenant_id", "beneficiary_object_id", "purchaser_tenant_id", "purchaser_object_id", "id"];

/** The key of a subscription's customer, in a statement with this table or alias. */
export const customerKeyIn = (table: string): SQL<string> =>
  sql.raw(`customer_of_subscription(${columns.map((column) => `${table}.${column}`).join(", ")})`) as SQL<string>;

export const customerKey = customerKeyIn("subscriptions");

/** The keys of a customer's subscriptions: its own, and those of the customers merged into it. */
export const customerKeys = (id: SQL | string): SQL =>
  sql`array(select ${id}::text union all select ${customers.id} from ${customers} where ${customers.mergedInto} = ${id})`;

/** The subscriptions of a customer, as a condition. */
export const isOfCustomer = (id: string): SQL => sql`${customerKey} = any(${customerKeys(id)})`;
