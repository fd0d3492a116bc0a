/** Subscriptions that the search field finds: by their fields, their notes or an alternative reading of the text. */
import { and, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { FoundSubscription } from "../../../shared/views/find.ts";
import { normalizeText } from "../../../shared/normalize-text.ts";
import { type Alternative, isIdPart, type SearchInput } from "../../domain/search-input.ts";
import type { Database } from "../connection/database.ts";
import { plans } from "../schema/plans.ts";
import { subscriptionEmails, subscriptionNotes, subscriptions as s } from "../schema/subscriptions.ts";
import { contactCompany } from "../statements/customer-name.ts";
import { lexemePrefix, exactLexeme, subscriptionHas, wordsIn } from "./search-conditions.ts";
import { maxFound, maxNotes } from "./find-limits.ts";

/** The fields of a subscription that are searched, in the order in which a match is reported. */
const searchedFields = {
  id: s.id,
  name: s.name,
  contactCompany,
  contactName: s.contactName,
  contactEmail: s.contactEmail,
  contactPhone: s.contactPhone,
  beneficiaryEmail: s.beneficiaryEmail,
  purchaserEmail: s.purchaserEmail,
  beneficiaryTenantId: s.beneficiaryTenantId,
  purchaserTenantId: s.purchaserTenantId,
  beneficiaryObjectId: s.beneficiaryObjectId,
  purchaserObjectId: s.purchaserObjectId,
  planId: s.planId,
  offerId: s.offerId,
};

const fieldLabels: Record<keyof typeof searchedFields, string | null> = {
  id: "ID",
  name: null,
  contactCompany: "company",
  contactName: "contact",
  contactEmail: "contact's email",
  contactPhone: "contact's phone",
  beneficiaryEmail: "beneficiary's email",
  purchaserEmail: "purchaser's email",
  beneficiaryTenantId: "beneficiary's tenant",
  purchaserTenantId: "purchaser's tenant",
  beneficiaryObjectId: "beneficiary's object ID",
  purchaserObjectId: "purchaser's object ID",
  planId: "plan",
  offerId: "offer",
};

export async function findSubscriptions(
  db: Database,
  input: SearchInput,
  alternatives: readonly Alternative[],
): Promise<FoundSubscription[]> {
  const [named, noted] = await Promise.all([findSubscriptionIds(db, input), findByNotes(db, input)]);
  const noteOf = new Set(noted.filter((id) => !named.includes(id)));
  const found = [...named, ...noteOf].slice(0, maxFound);
  const other = found.length > 0 ? null : await findAlternative(db, alternatives);
  const ids = other?.ids ?? found;
  if (ids.length === 0) return [];
  const rows = await db
    .select({ ...searchedFields, planName: plans.name, status: s.status, holdAt: s.holdAt })
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .where(inArray(s.id, ids))
    .orderBy(desc(s.updatedAt), desc(s.id));
  const rank = (row: { id: string }) => (row.id.toLowerCase().startsWith(input.text) ? 0 : noteOf.has(row.id) ? 2 : 1);
  return rows
    .toSorted((one, another) => rank(one) - rank(another))
    .map((row) => ({
      id: row.id,
      name: row.name || row.id,
      planName: row.planName ?? row.planId,
      status: row.status,
      isOnHold: row.holdAt !== null,
      customer: row.contactCompany ?? row.beneficiaryEmail,
      matched: other?.matched ?? (noteOf.has(row.id) ? "note" : matchedField(row, input.text)),
    }));
}

/** Subscriptions with a note that contains the words, such as a ticket number. */
async function findByNotes(db: Database, { text, id, isEmail }: SearchInput): Promise<string[]> {
  if (isEmail || id?.tail) return [];
  const found = await db.execute<{ id: string }>(sql`
    select subscription_id as id from (
      select id, subscription_id from ${subscriptionNotes} n
      where to_tsvector('simple'::regconfig, n.text) @@ ${wordsIn(text)} limit ${maxNotes}) notes
    group by subscription_id order by max(id::text) desc limit ${maxFound}`);
  return found.rows.map((row) => row.id);
}

/** What a longer text or an unknown address may still mean: its first part that finds something. */
async function findAlternative(
  db: Database,
  alternatives: readonly Alternative[],
): Promise<{ ids: string[]; matched: string | null } | null> {
  for (const { text, isEmail, isDomain } of alternatives) {
    const ids = isDomain
      ? await idsByEmail(db, exactLexeme(text))
      : await findSubscriptionIds(db, { text, id: null, isEmail });
    if (ids.length > 0) return { ids, matched: isDomain ? `email domain ${text}` : `“${text}”` };
  }
  return null;
}

const newest = sql`order by ${s.updatedAt} desc, ${s.id} desc`;

/** The same order in a form without an index, so that only the condition's index can be used. */
const newestOfFew = sql`order by ${s.updatedAt} + interval '0' desc, ${s.id} desc`;

/** Subscriptions with an address or domain that are examined. */
const maxWithEmail = 500;

/** Newest rows, among which a common text is found quickly; the others of them are read only if the first have it. */
const newestRows = 1_000;

const firstRows = 250;

async function idsOf(db: Database, query: SQL): Promise<string[]> {
  return (await db.execute<{ id: string }>(query)).rows.map(({ id }) => id);
}

/** Very many subscriptions may have a reseller's address; then any of them is returned. */
function idsByEmail(db: Database, wanted: SQL): Promise<string[]> {
  return idsOf(
    db,
    sql`
      select ${s.id} from (select * from ${s} where ${subscriptionEmails} @@ ${wanted} limit ${maxWithEmail}) ${s}
      ${newestOfFew} limit ${maxFound}`,
  );
}

async function findSubscriptionIds(db: Database, { text, isEmail }: SearchInput): Promise<string[]> {
  const fewWith = (condition: SQL | undefined) =>
    sql`select ${s.id} from ${s} where ${condition} ${newestOfFew} limit ${maxFound}`;
  if (isEmail) {
    const found = await idsByEmail(db, lexemePrefix(text));
    if (found.length > 0) return found;
  }
  const hasText = subscriptionHas(text);
  if (hasText === undefined) return [];
  if (text.split(" ").every(isIdPart)) return idsOf(db, fewWith(hasText));
  // A common text is found quickly among the newest rows, a rare one by the index. PostgreSQL would have to guess
  // which, and a wrong guess reads all rows.
  const amongNewest = (from: number, to: number, which: SQL) => sql`
    select ${s.id} from (select * from ${s} ${newest} limit ${to - from} offset ${from}) ${s} where ${which} and ${hasText} ${newest} limit ${maxFound}`;
  return idsOf(
    db,
    sql`
    with first as (${amongNewest(0, firstRows, sql`true`)}),
    further as (${amongNewest(firstRows, newestRows, sql`(select count(*) between 1 and ${maxFound - 1} from first)`)}),
    met as (select id from first union all select id from further limit ${maxFound}),
    among_all as (
      select ${s.id} from ${s} where (select count(*) from met) < ${maxFound} and ${hasText} ${newestOfFew} limit ${maxFound}
    )
    select id from met union select id from among_all`,
  );
}

function matchedField(row: { [Field in keyof typeof searchedFields]: string | null }, text: string): string | null {
  const words = text.split(" ");
  const normalized = (value: string | null) => (value === null ? "" : normalizeText(value));
  const names = Object.keys(searchedFields) as (keyof typeof searchedFields)[];
  const field = names.find((name) => words.every((word) => normalized(row[name]).includes(word)));
  return field === undefined ? "several places" : fieldLabels[field];
}
