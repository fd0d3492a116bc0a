/** Parts of statements about staff who may not act; `st` is the staff member. */
import { sql } from "drizzle-orm";

export const mayNotAct = sql`(st.disabled_at is not null or st.access_lost_at is not null or st.role = 'viewer')`;

/** A clause that follows the person's name. */
export const noAccessReason = sql`case when st.disabled_at is not null then 'is blocked'
  when st.access_lost_at is not null then 'lost access in Entra' else 'is only a viewer now' end`;
