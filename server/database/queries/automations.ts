/** Reads automations: their definitions, what they did, and what they ask of staff. */
import { and, asc, desc, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { type AutomationRule, storedAutomationRule } from "../../../shared/automations.ts";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import type { EventKind } from "../../../shared/product.ts";
import type {
  AutomationChoicesView,
  AutomationDetailView,
  AutomationView,
  FiringView,
  OpenAutomationsView,
} from "../../../shared/views/automations.ts";
import { describeAction, type NameOf } from "../../domain/automations/words.ts";
import { marksOf } from "../../domain/name-marks.ts";
import type { Database, Executor } from "../connection/database.ts";
import { activity } from "../schema/activity.ts";
import {
  automationFirings as f,
  automations as a,
  automationVersions as v,
  proposedChanges as p,
} from "../schema/automations.ts";
import { channels } from "../schema/notices.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { listPeople, listPossibleOwners } from "./staff.ts";
import { nameCollation } from "../statements/name-order.ts";

export type AutomationRecord = typeof a.$inferSelect;

/** The rule of an automation; null if a later version of Marketdesk stored one that this version does not know. */
export function ruleOf({
  trigger,
  filters,
  actions,
}: Pick<AutomationRecord, "trigger" | "filters" | "actions">): AutomationRule | null {
  return storedAutomationRule.safeParse({ trigger, filters, actions }).data ?? null;
}

/** The automations that are on, in the order in which they act. */
export function listActiveAutomations(db: Executor): Promise<AutomationRecord[]> {
  return db.select().from(a).where(isNotNull(a.onSince)).orderBy(asc(a.place), asc(a.id));
}

/** The names of everyone and everything that an action can name; an id without a name stays. */
export async function readNames(db: Database): Promise<NameOf> {
  const [people, all] = await Promise.all([
    listPeople(db),
    db.select({ id: channels.id, name: channels.name }).from(channels),
  ]);
  const names = new Map([...people, ...all].map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? "someone who was deleted";
}

export async function listAutomationChoices(db: Database): Promise<AutomationChoicesView> {
  const [owners, all] = await Promise.all([
    listPossibleOwners(db),
    db
      .select({ id: channels.id, name: channels.name })
      .from(channels)
      .where(isNull(channels.removedAt))
      .orderBy(sql`${channels.name} ${nameCollation}`),
  ]);
  return { owners, channels: all };
}

// Named in full, because a query of this table alone leaves the names of columns unqualified.
const automationId = sql.raw("automations.id");
const lastFiredAt = sql<Date | null>`(
  select f.at from automation_firings f where f.automation_id = ${automationId} order by f.id desc limit 1)`.mapWith(
  f.at,
);
const problems = sql<number>`(
  select count(*)::int from automation_firings f where f.automation_id = ${automationId} and f.state in ('failed', 'limited'))`;

type Row = { automation: AutomationRecord; lastFiredAt: Date | null; problems: number };

function view({ automation, ...facts }: Row, nameOf: NameOf): AutomationView {
  const { id, name, version, onSince, trigger, filters, actions } = automation;
  return {
    id,
    name,
    version,
    isOn: onSince !== null,
    rule: { trigger, filters, actions },
    actionTexts: actions.map((action) => describeAction(action, nameOf)),
    lastFiredAt: facts.lastFiredAt?.toISOString() ?? null,
    problems: facts.problems,
  };
}

/** All automations, in the order in which they act. */
export async function listAutomations(db: Database): Promise<AutomationView[]> {
  const nameOf = await readNames(db);
  const rows = await db
    .select({ automation: a, lastFiredAt, problems })
    .from(a)
    .where(isNull(a.removedAt))
    .orderBy(asc(a.place), asc(a.id));
  return rows.map((row) => view(row, nameOf));
}

const maxShown = 50;

/** Null if there is none with this id. */
export async function findAutomation(db: Database, id: string): Promise<AutomationDetailView | null> {
  const [row] = await db.select({ automation: a, lastFiredAt, problems }).from(a).where(eq(a.id, id));
  if (!row) return null;
  const [nameOf, versions, firings] = await Promise.all([
    readNames(db),
    db.select().from(v).where(eq(v.automationId, id)).orderBy(desc(v.version)).limit(maxShown),
    listFirings(db, id),
  ]);
  return {
    ...view(row, nameOf),
    isRemoved: row.automation.removedAt !== null,
    versions: versions.map(({ version, name, createdAt, actorKind, actorName, reason }) => ({
      version,
      name,
      at: createdAt.toISOString(),
      actor: { kind: actorKind, name: actorName },
      reason,
    })),
    firings,
  };
}

async function listFirings(db: Database, automationId: string): Promise<FiringView[]> {
  const rows = await db
    .select({ firing: f, name: s.name, offerId: s.offerId, kind: activity.kind })
    .from(f)
    .leftJoin(s, eq(s.id, f.subscriptionId))
    .leftJoin(activity, eq(activity.id, f.eventId))
    .where(eq(f.automationId, automationId))
    .orderBy(desc(f.id))
    .limit(maxShown);
  return rows.map(({ firing, name, offerId, kind }) => ({
    id: firing.id,
    at: firing.at.toISOString(),
    version: firing.version,
    subscriptionId: firing.subscriptionId,
    subscriptionName: name ?? firing.subscriptionId,
    cause: causeOf(kind),
    state: firing.state,
    results: firing.results.map((result) => ({ ...result, text: marksOf(offerId, result.text) })),
  }));
}

/** What started a firing, in words. */
export function causeOf(kind: string | null): string {
  if (kind === null) return "Began to match the filters";
  return kind in eventMeanings ? eventMeanings[kind as EventKind].name : kind;
}

/** States as text, because statements that are planned without values cannot use the indexes of open proposals and of problems. */
const openOfSubscription = oncePerDatabase((db) => {
  const subscriptionId = sql.placeholder("subscriptionId");
  return {
    proposals: db
      .select({ row: p, automationName: a.name, offerId: s.offerId })
      .from(p)
      .innerJoin(a, eq(a.id, p.automationId))
      .innerJoin(s, eq(s.id, p.subscriptionId))
      // After the end there is nothing left to confirm, as in the needs.
      .where(and(eq(p.subscriptionId, subscriptionId), sql`${p.state} = 'open'`, ne(s.status, "Unsubscribed")))
      .orderBy(asc(p.id))
      .limit(maxShown)
      .prepare("proposals_of_subscription"),
    problems: db
      .select({ row: f, automationName: a.name, offerId: s.offerId })
      .from(f)
      .innerJoin(a, eq(a.id, f.automationId))
      .innerJoin(s, eq(s.id, f.subscriptionId))
      .where(and(eq(f.subscriptionId, subscriptionId), sql`${f.state} in ('failed', 'limited')`))
      .orderBy(asc(f.id))
      .limit(maxShown)
      .prepare("automation_problems_of_subscription"),
  };
});

/** The proposed changes of a subscription that wait for staff, and what automations could not do. */
export async function openAutomationsOf(db: Database, subscriptionId: string): Promise<OpenAutomationsView> {
  const prepared = openOfSubscription(db);
  const [proposals, failed] = await Promise.all([
    prepared.proposals.execute({ subscriptionId }),
    prepared.problems.execute({ subscriptionId }),
  ]);
  return {
    proposals: proposals.map(({ row, automationName, offerId }) => ({
      id: row.id,
      automationId: row.automationId,
      automationName,
      action: row.action,
      summary: marksOf(offerId, row.summary),
      inDays: row.inDays,
      proposedAt: row.proposedAt.toISOString(),
    })),
    problems: failed.map(({ row, automationName, offerId }) => ({
      id: row.id,
      automationId: row.automationId,
      automationName,
      at: row.at.toISOString(),
      texts: row.results.filter(({ outcome }) => outcome === "failed").map(({ text }) => marksOf(offerId, text)),
    })),
  };
}
