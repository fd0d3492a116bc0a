/** Customers that the search field finds. */
import { sql, type SQL } from "drizzle-orm";
import type { FoundCustomer } from "../../../shared/views/find.ts";
import type { Alternative, SearchInput } from "../../domain/search-input.ts";
import type { Database } from "../connection/database.ts";
import { activity, activityWords } from "../schema/activity.ts";
import { textHas, wordsIn } from "./search-conditions.ts";
import { maxFound, maxNotes } from "./find-limits.ts";
import { nameCollation } from "../statements/name-order.ts";

/** Customers that are examined: a text found in more is in no order worth a wait. */
const maxCustomers = 200;

/** Customers with active subscriptions first; by their notes and email domains if nothing else matches. */
export async function findCustomers(
  db: Database,
  { text, id }: SearchInput,
  alternatives: readonly Alternative[],
): Promise<FoundCustomer[]> {
  if (id?.tail) return [];
  const found = await customersWith(db, textHas(sql`c.search_text`, text), null);
  if (found.length > 0) return found;
  // A note stays with the customer that it was written about, also after that one was merged into another.
  const noted = sql`c.id in (
    select coalesce(of.merged_into, of.id) from (
      select after->>'customer' as id from ${activity} where ${activity.kind} = 'customer.note_added'
        and ${activityWords(activity)} @@ ${wordsIn(text)} limit ${maxNotes}) notes join customers of on of.id = notes.id)`;
  const byNotes = await customersWith(db, noted, "note");
  if (byNotes.length > 0) return byNotes;
  const domains = alternatives.filter(({ isDomain }) => isDomain).map((alternative) => alternative.text);
  if (domains.length === 0) return [];
  return customersWith(db, sql`c.domains && ${sql.param(domains)}::text[]`, `email domain ${domains[0]}`);
}

async function customersWith(db: Database, condition: SQL | undefined, matched: string | null) {
  if (condition === undefined) return [];
  const { rows } = await db.execute<Omit<FoundCustomer, "matched">>(sql`
    select id, name, domain, subscriptions, active as "activeSubscriptions" from (
      select c.id, c.name, c.domains[1] as domain, c.subscriptions, c.active_subscriptions as active
      from customers c where c.merged_into is null and ${condition} limit ${maxCustomers}) found
    order by active desc, name ${nameCollation}, id limit ${maxFound}`);
  return rows.map((row): FoundCustomer => ({ ...row, matched }));
}
