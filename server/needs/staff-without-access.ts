/** Parts of statements about colleagues who may not act. In them `st` is the person. */
import { sql } from "drizzle-orm";

export const mayNotAct = sql`(st.disabled_at is not null or st.access_lost_at is not null or st.role = 'viewer')`;

/** In words that follow the person's name. */
export const whyNot = sql`case when st.disabled_at is not null then 'is blocked'
  when st.access_lost_at is not null then 'lost access in Entra' else 'is only a viewer now' end`;
