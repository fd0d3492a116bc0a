import { type SQL, sql } from "drizzle-orm";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** The company that a subscription's contact has entered. Null without one: a person with a personal account is not asked. */
export const contactCompany: SQL<string | null> = sql`nullif(${s.contactCompany}, '')`;

/** What a subscription alone says of its customer. Null if neither a company nor an address is known. */
export const customerName: SQL<string | null> = sql`coalesce(${contactCompany}, ${s.beneficiaryEmail})`;
