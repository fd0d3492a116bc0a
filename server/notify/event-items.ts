/** The events of a notice in words. */
import { sql } from "drizzle-orm";
import { eventMeanings } from "../../shared/event-meanings.ts";
import { isolated, isolatedIn } from "../../shared/foreign-text.ts";
import type { NotifiedEvent } from "../../shared/notifications.ts";
import type { NoticeContext } from "./notice-context.ts";
import type { LetterItem } from "./letter/letter.ts";

export type NoticeEvents = {
  count: number;
  /** The oldest first. */
  items: LetterItem[];
  /** Of the only event: what happened, and to which subscription. */
  single: { what: string; name: string; place: string } | null;
};

type EventRow = {
  /** The entry of an automation that sends a message, or an event. */
  kind: NotifiedEvent | "automation.notified";
  summary: string;
  at: string;
  actor_name: string;
  subscription_id: string;
  name: string | null;
  customer: string | null;
  count: number;
};

/**
 * @param options.announced subscriptions whose failed payment is in the notice as a need
 * @param options.maxItems more are only counted
 * @param options.isAlone nothing else is in the notice
 */
export async function readEventItems(
  { db, publicUrl }: NoticeContext,
  noticeId: string,
  options: { announced: string[]; maxItems: number; isAlone: boolean; timeOf: (at: Date) => string },
): Promise<NoticeEvents> {
  const { rows } = await db.execute<EventRow>(sql`
    select a.kind, a.summary, a.at, a.actor_name, a.subscription_id, s.name,
      coalesce(nullif(s.contact_company, ''), s.beneficiary_email) as customer, count(*) over ()::int as count
    from notice_events e join activity a on a.id = e.event_id left join subscriptions s on s.id = a.subscription_id
    where e.notice_id = ${noticeId}::uuid
      and not (a.kind = 'subscription.suspended' and a.subscription_id = any(${sql.param(options.announced)}::text[]))
    order by e.event_id limit ${Math.max(1, options.maxItems)}`);
  const [first] = rows;
  const count = first?.count ?? 0;
  const isSingle = options.isAlone && count === 1;
  const nameOf = ({ name, subscription_id: id }: EventRow) => isolated(name ?? id);
  const placeOf = ({ subscription_id: id }: EventRow) => `/subscriptions/${encodeURIComponent(id)}`;
  const items = rows.slice(0, options.maxItems).map((row): LetterItem => {
    const what = nameOfKind(row.kind);
    return {
      title: isolatedIn(isSingle ? nameOf(row) : `${what}: ${nameOf(row)}`),
      facts: [
        ...(row.customer ? [{ label: "Customer", value: isolated(row.customer) }] : []),
        { label: "When", value: options.timeOf(new Date(row.at)) },
        { label: "By", value: isolated(row.actor_name) },
      ],
      text: isolatedIn(`${row.summary}.`),
      links: isSingle ? [] : [{ label: "Open", href: publicUrl + placeOf(row) }],
      isUrgent: false,
    };
  });
  const single =
    isSingle && first ? { what: nameOfKind(first.kind), name: nameOf(first), place: placeOf(first) } : null;
  return { count, items, single };
}

function nameOfKind(kind: EventRow["kind"]): string {
  return kind === "automation.notified" ? "Automation" : eventMeanings[kind].name;
}
