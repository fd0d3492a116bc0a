/** Deletes contacts, answers and emails to customers of subscriptions that ended long ago, and what was written about them. */
import { sql } from "drizzle-orm";
import type { Answer } from "../../../shared/questions.ts";
import { patternOf, withoutWords } from "../../domain/person.ts";
import type { Executor } from "../connection/database.ts";
import { deriveCustomersOf, lockDerivations } from "./customer-listings.ts";
import { eraseContactCopies } from "./contact-copies.ts";
import { eraseEntries, findCustomerEntriesOf, findEntriesOf, readEntries } from "./person-erasure.ts";

type Contact = {
  id: string;
  name: string | null;
  email: string | null;
  company: string | null;
  phone: string | null;
  answers: Answer[] | null;
};

/**
 * Erases these contacts and what the record says of them.
 *
 * @param due a query for the ids of subscriptions, ordered
 * @returns how many contacts went, and the entries of the record that were erased with them
 */
export async function sweepContacts(
  tx: Executor,
  erasureId: string,
  due: ReturnType<typeof sql>,
  now: Date,
): Promise<{ count: number; entries: string[] }> {
  await lockDerivations(tx);
  const { rows: contacts } = await tx.execute<Contact>(sql`
    select id, contact_name as name, contact_email as email, contact_company as company, contact_phone as phone, answers
    from subscriptions where id in (${due}) order by id for update`);
  const swept = contacts.map((contact) => contact.id);
  const erased = new Set<string>();
  const written: { id: string; values: string[] }[] = [];
  for (const { id, name, email, company, phone, answers } of contacts) {
    const texts = (answers ?? []).flatMap(({ answer }) =>
      typeof answer === "string" && answer.length > 2 ? [answer] : [],
    );
    const values = [name, email, company, phone, ...texts]
      .flatMap((value) => value?.trim() ?? [])
      .filter((value) => value !== "");
    if (values.length === 0) continue;
    written.push({ id, values });
    const pattern = patternOf(values);
    const found = [
      ...(await findEntriesOf(tx, id, pattern)),
      ...(await findCustomerEntriesOf(tx, id, { pattern, name, email }, swept)),
    ];
    const ids = found.filter((entry) => !erased.has(entry));
    const entries = await eraseEntries(tx, erasureId, await readEntries(tx, ids), values, withoutWords);
    for (const entry of entries) erased.add(entry);
  }
  await eraseContactCopies(tx, written);
  if (contacts.length > 0) {
    const ids = contacts.map(({ id }) => id);
    // A change like any other: an older response from Microsoft must not overwrite it.
    await tx.execute(sql`
      update subscriptions set contact_name = null, contact_email = null, contact_company = null, contact_phone = null,
        answers = null, version = version + 1 where id = any(${sql.param(ids)}::text[])`);
    await tx.execute(sql`delete from customer_mails where subscription_id = any(${sql.param(ids)}::text[])`);
    await deriveCustomersOf(tx, ids, now);
  }
  return { count: contacts.length, entries: [...erased] };
}
