/** Reconciliation keeps failing or has not completed for too long, so changes without a webhook go unnoticed. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { noId, noText, noTime } from "../sources.ts";
import { sentence } from "../need-phrases.ts";

/** Reconciliation starts every 10 minutes. */
const maxAgeMinutes = 45;
/** A run that has just started has not failed yet, even if the previous run did. */
const graceMinutes = 2;

export const reconciliation: NeedKind = {
  group: "Reconciliation",
  icon: "unlink",
  tone: "bad",
  windowMs: null,
  actions: ["open"],
  place: "/settings/reconcile",
  source: (now) => ({
    from: sql`(
      select coalesce(completed.finished_at, started.started_at) as since, coalesce(started.error, ended.error) as error,
        started.started_at, ended.error is not null as has_failed, started.error is not null as is_failing
      from (values (1)) only_row
      left join lateral (select started_at, error from reconcile_runs where finished_at is null) started on true
      left join lateral (
        select error from reconcile_runs where finished_at is not null order by id desc limit 1) ended on true
      left join lateral (
        select finished_at from reconcile_runs where finished_at is not null and error is null order by id desc limit 1
      ) completed on true) c`,
    id: sql`'comparison'::text`,
    idType: "text",
    subscriptionId: noText,
    operationId: noId,
    ownerId: noText,
    dueAt: noTime,
    since: sql`c.since`,
    where: sql`coalesce(c.started_at, '-infinity') < ${now} - make_interval(mins => ${graceMinutes}) and (
      c.has_failed or c.is_failing or c.since < ${now} - make_interval(mins => ${maxAgeMinutes}))`,
    order: sql`c.since`,
    quoted: sql`c.error`,
  }),
  words: ({ quoted }) => ({
    what: quoted === null ? "No recent reconciliation with Microsoft" : "Reconciliation with Microsoft is failing",
    rule: `${quoted === null ? `No reconciliation has completed for more than ${maxAgeMinutes} minutes.` : sentence(quoted)} Until a reconciliation succeeds, changes without a webhook go unnoticed. Marketdesk retries automatically.`,
  }),
};
