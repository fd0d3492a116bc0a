/** Erases one person from all data. The audit trail stays verifiable: see docs/decisions/0009. */
import { sql } from "drizzle-orm";
import type { ErasePersonInput } from "../../../shared/inputs/people.ts";
import type { PersonErasure } from "../../../shared/views/people.ts";
import type { Executor } from "../../database/connection/database.ts";
import { newId } from "../../database/statements/new-id.ts";
import { deriveCustomersOf, lockDerivations } from "../../database/writes/customer-listings.ts";
import { eraseCopies, eraseEntries, eraseRow, readEntries } from "../../database/writes/person-erasure.ts";
import type { Mention } from "../../database/queries/person-rows.ts";
import { announce } from "../../database/record/record.ts";
import { withoutValues } from "../../domain/person.ts";
import { AppError } from "../../errors.ts";
import { findMentions, type PersonContext, valuesOf } from "./find-mentions.ts";
import { eraseLateAttempts, readLastAttempt } from "./erase-late-attempts.ts";
import { findPerson } from "./find-person.ts";
import { recordErasure } from "./record-erasure.ts";
import { refuseUnlessAdmin } from "./refuse-unless-admin.ts";

const recordTables = new Set(["activity", "subscription_notes"]);
/** What Microsoft sends again as long as a subscription is active. */
const columnsOfMicrosoft = /^(id|name|raw|purchaser_|beneficiary_)/;
const copyTables = new Set(["webhook_deliveries", "operation_steps"]);

/**
 * Replaces the person's values everywhere, in one transaction. Active subscriptions lose only the contact, because
 * Microsoft keeps sending purchaser and beneficiary, which the contract needs.
 * @throws AppError `Forbidden` unless admin, `NotAllowedNow` for staff who may still sign in, `NotFound` if nothing
 * mentions the person
 */
export async function erasePerson(ctx: PersonContext, input: ErasePersonInput): Promise<PersonErasure> {
  refuseUnlessAdmin(ctx);
  const person = await findPerson(ctx, input.email);
  const active = person.staff.find(({ maySignIn }) => maySignIn);
  if (active) {
    throw new AppError("NotAllowedNow", `${active.name} can still sign in. Block this person on the Staff page first.`);
  }
  const lastAttempt = await readLastAttempt(ctx.db);
  const mentions = await findMentions(ctx, input);
  if (mentions.length === 0) throw new AppError("NotFound", "No data mentions this person.");
  const values = valuesOf(input);
  const now = ctx.now();
  const erasureId = newId(now);
  const keptSubscriptions = person.subscriptions.filter(
    ({ hasEnded, as }) => !hasEnded && as.some((role) => role !== "contact"),
  );
  await ctx.db.transaction(async (tx) => {
    // A listing that is being derived from the person's values is stored before they are erased.
    await lockDerivations(tx);
    await tx.execute(sql`delete from sessions where lower(email) = ${person.email}`);
    for (const mention of mentions) {
      // The email for which the visit waits is then not sent.
      if (mention.table.name === "awaited_visits")
        await tx.execute(sql`delete from awaited_visits where id = ${String(mention.row["id"])}::uuid`);
      else if (mention.table.name === "subscriptions")
        await eraseFromSubscription(tx, mention, person.email, values, now);
      else if (!recordTables.has(mention.table.name) && !copyTables.has(mention.table.name)) {
        await eraseRow(tx, mention, values);
      }
    }
    await deriveCustomersOf(tx, idsOf(mentions, "subscriptions"), now);
    const ids = [
      ...new Set(mentions.filter(({ table }) => recordTables.has(table.name)).map(({ row }) => String(row["id"]))),
    ];
    const entries = await eraseEntries(tx, erasureId, await readEntries(tx, ids), values);
    await eraseCopies(tx, mentions, values);
    await recordErasure(tx, ctx, { id: erasureId, entries, rows: mentions.length, reason: input.reason });
    await announce(tx, [
      { topic: "subscription", subscriptionId: null },
      { topic: "staff", subscriptionId: null },
    ]);
  });
  await eraseLateAttempts(ctx.db, lastAttempt, values);
  return {
    rows: mentions.length,
    kept: keptSubscriptions.map(({ id, name }) => ({ id, name })),
  };
}

const idsOf = (mentions: Mention[], name: string) =>
  mentions.filter(({ table }) => table.name === name).map(({ row }) => String(row["id"]));

async function eraseFromSubscription(
  tx: Executor,
  mention: Mention,
  email: string,
  values: readonly string[],
  now: Date,
): Promise<void> {
  const id = String(mention.row["id"]);
  await tx.execute(sql`
    update subscriptions set contact_name = null, contact_email = null, contact_company = null, contact_phone = null,
      version = version + 1 where id = ${id} and lower(contact_email) = ${email}`);
  // A contact with another address, such as a shared mailbox, can have the person's name or phone number.
  const others = mention.mentions.filter((name) => !columnsOfMicrosoft.test(name));
  if (others.length > 0) await eraseRow(tx, { ...mention, mentions: others }, values);
  const { rows } = await tx.execute<{ name: string; raw: unknown }>(
    sql`select name, raw from subscriptions where id = ${id} and status = 'Unsubscribed' for update`,
  );
  const [ended] = rows;
  if (!ended) return;
  const clean = withoutValues(ended, values);
  await tx.execute(sql`
    update subscriptions set name = ${clean.name}, raw = ${JSON.stringify(clean.raw)}::jsonb, person_erased_at = ${now.toISOString()},
      purchaser_object_id = case when lower(purchaser_email) = ${email} then null else purchaser_object_id end,
      purchaser_email = case when lower(purchaser_email) = ${email} then null else purchaser_email end,
      beneficiary_object_id = case when lower(beneficiary_email) = ${email} then null else beneficiary_object_id end,
      beneficiary_email = case when lower(beneficiary_email) = ${email} then null else beneficiary_email end,
      version = version + 1
    where id = ${id}`);
}
