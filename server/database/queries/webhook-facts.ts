/** The facts about the webhook's health. */
import { sql } from "drizzle-orm";
import type { WebhookFacts } from "../../domain/webhook-health.ts";
import type { Database } from "../connection/database.ts";
import { activeAlarms } from "./alarms.ts";
import { listRejectedCalls } from "./rejected-calls.ts";

export async function readWebhookFacts(db: Database, now: Date): Promise<Omit<WebhookFacts, "problem">> {
  const at = now.toISOString();
  const [found, rejected, alarms] = await Promise.all([
    db.execute<{ last_at: Date | string | null; overdue: number; late: number }>(sql`
      select (select received_at from webhook_deliveries order by id desc limit 1) as last_at,
        (select count(*)::int from operations where answer_due_at < ${at}::timestamptz
          and answer_due_at > ${at}::timestamptz - interval '1 day' and stage in ('received', 'verified', 'decided')) as overdue,
        (select coalesce(sum(later), 0)::int from hourly_webhooks where hour > ${at}::timestamptz - interval '1 day') as late`),
    listRejectedCalls(db),
    activeAlarms(db),
  ]);
  const [row] = found.rows;
  const refusal = alarms.find(({ kind }) => kind === "token" || kind === "refused");
  const away = alarms.find(({ kind }) => kind === "away" || kind === "entra");
  return {
    access: refusal ? { kind: "refused", what: refusal.what } : away ? { kind: "away", what: away.what } : null,
    lastDeliveryAt: row?.last_at ? new Date(row.last_at) : null,
    overdue: row?.overdue ?? 0,
    late: row?.late ?? 0,
    refused: rejected.map(({ reason, at: last }) => ({ reason, at: new Date(last) })),
  };
}
