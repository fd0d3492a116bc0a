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
import { findPerson } from "./find-person.ts";
import { findLateMentions, markRows, transactionIdOf } from "./late-mentions.ts";
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
  const mark = await markRows(ctx.db, ctx.now());
  const mentions = await findMentions(ctx, input);
  if (mentions.length === 0) throw new AppError("NotFound", "No data mentions this person.");
  const values = valuesOf(input);
  const erasure = await eraseMentions(ctx, input, mentions);
  const remaining = await findLateMentions(ctx.db, values, { mark, erasure });
  const late = remaining.filter((mention) => !isKept(mention));
  if (late.length > 0) await eraseMentions(ctx, input, late);
  return {
    rows: mentions.length + late.length,
    kept: remaining.filter(isKept).map(({ row }) => ({ id: String(row["id"]), name: String(row["name"]) })),
  };
}

/** Whether only what Microsoft sends mentions the person; of an ended subscription, it has been erased. */
function isKept({ table, mentions }: Mention): boolean {
  return table.name === "subscriptions" && mentions.every((name) => columnsOfMicrosoft.test(name));
}

/** @returns its transaction and its entry in the audit trail */
async function eraseMentions(
  ctx: PersonContext,
  input: ErasePersonInput,
  mentions: Mention[],
): Promise<{ transactionId: string; id: string }> {
  const values = valuesOf(input);
  const email = input.email.trim().toLowerCase();
  const now = ctx.now();
  const id = newId(now);
  const transactionId = await ctx.db.transaction(async (tx) => {
    // A listing that is being derived from the person's values is stored before they are erased.
    await lockDerivations(tx);
    await tx.execute(sql`delete from sessions where lower(email) = ${email}`);
    for (const mention of mentions) {
      // The email for which the visit waits is then not sent.
      if (mention.table.name === "awaited_visits")
        await tx.execute(sql`delete from awaited_visits where id = ${String(mention.row["id"])}::uuid`);
      else if (mention.table.name === "subscriptions") await eraseFromSubscription(tx, mention, email, values, now);
      else if (!recordTables.has(mention.table.name) && !copyTables.has(mention.table.name)) {
        await eraseRow(tx, mention, values);
      }
    }
    await deriveCustomersOf(tx, idsOf(mentions, "subscriptions"), now);
    const ids = [
      ...new Set(mentions.filter(({ table }) => recordTables.has(table.name)).map(({ row }) => String(row["id"]))),
    ];
    const entries = await eraseEntries(tx, id, await readEntries(tx, ids), values);
    await eraseCopies(tx, mentions, values);
    await recordErasure(tx, ctx, { id, entries, rows: mentions.length, reason: input.reason });
    await announce(tx, [
      { topic: "subscription", subscriptionId: null },
      { topic: "staff", subscriptionId: null },
    ]);
    return transactionIdOf(tx);
  });
  return { transactionId, id };
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
