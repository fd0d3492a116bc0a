/** Finds the data about one person by an email address. */
import { sql } from "drizzle-orm";
import type { PersonView } from "../../../shared/views/people.ts";
import type { Context } from "../../context.ts";
import { nameCollation } from "../../database/statements/name-order.ts";
import { minValueLength } from "../../domain/person.ts";
import { refuseUnlessAdmin } from "./refuse-unless-admin.ts";

type SubscriptionRow = {
  id: string;
  name: string;
  has_ended: boolean;
  is_contact: boolean;
  is_purchaser: boolean;
  is_beneficiary: boolean;
  contact_name: string | null;
  contact_phone: string | null;
};

/**
 * Subscriptions and staff accounts with this address, and the names and phone numbers found with it. Reads only.
 * @throws AppError `Forbidden` unless admin
 */
export async function findPerson(ctx: Context, email: string): Promise<PersonView> {
  refuseUnlessAdmin(ctx);
  const address = email.trim().toLowerCase();
  const { rows: subscriptions } = await ctx.db.execute<SubscriptionRow>(sql`
    select id, name, status = 'Unsubscribed' as has_ended, lower(contact_email) is not distinct from ${address} as is_contact,
      lower(purchaser_email) is not distinct from ${address} as is_purchaser,
      lower(beneficiary_email) is not distinct from ${address} as is_beneficiary, contact_name, contact_phone
    from subscriptions
    where ${address} in (lower(contact_email), lower(purchaser_email), lower(beneficiary_email)) order by name ${nameCollation}, id limit 200`);
  const { rows: accounts } = await ctx.db.execute<{ name: string; is_staff: boolean; may_sign_in: boolean }>(sql`
    select name, true as is_staff, disabled_at is null as may_sign_in from staff where lower(email) = ${address}
    union select name, false, true from sessions where kind = 'purchaser' and lower(email) = ${address}`);
  const contacts = subscriptions.filter(({ is_contact }) => is_contact);
  const names = distinct([...contacts.map((one) => one.contact_name), ...accounts.map(({ name }) => name)]);
  return {
    email: address,
    names: await Promise.all(names.map(async (value) => ({ value, isShared: await isShared(ctx, value, address) }))),
    phones: distinct(contacts.map((one) => one.contact_phone)),
    subscriptions: subscriptions.map((one) => ({
      id: one.id,
      name: one.name,
      hasEnded: one.has_ended,
      as: [
        ...(one.is_contact ? (["contact"] as const) : []),
        ...(one.is_purchaser ? (["purchaser"] as const) : []),
        ...(one.is_beneficiary ? (["beneficiary"] as const) : []),
      ],
    })),
    staff: accounts.filter(({ is_staff }) => is_staff).map(({ name, may_sign_in: maySignIn }) => ({ name, maySignIn })),
  };
}

function distinct(values: (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null && value.trim().length >= minValueLength))] as string[];
}

/** Whether someone with another address has the same name. */
async function isShared(ctx: Context, name: string, email: string): Promise<boolean> {
  const { rows } = await ctx.db.execute(sql`
    select from subscriptions where contact_name = ${name} and lower(contact_email) <> ${email}
    union all select from staff where name = ${name} and lower(email) is distinct from ${email} limit 1`);
  return rows.length > 0;
}
