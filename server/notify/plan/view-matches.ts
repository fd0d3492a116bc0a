/** Which subscriptions match the saved views that people follow. */
import { and, eq, inArray } from "drizzle-orm";
import type { Executor } from "../../database/connection/database.ts";
import { matching, resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { savedViews } from "../../database/schema/saved-views.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";

export type ViewMatches = (viewId: string, personId: string) => Promise<Set<string>>;

type View = Pick<typeof savedViews.$inferSelect, "name" | "filters">;

/** A view that the person may see; null if it was deleted, or made private by its owner. */
export async function readView(tx: Executor, viewId: string, personId: string): Promise<View | null> {
  const view = await readAnyView(tx, viewId);
  return view && isVisible(view, personId) ? { ...view, filters: resolveOwnerMe(personId, view.filters) } : null;
}

async function readAnyView(tx: Executor, id: string) {
  const { name, filters, ownerId, isShared } = savedViews;
  const [view] = await tx.select({ name, filters, ownerId, isShared }).from(savedViews).where(eq(savedViews.id, id));
  return view ?? null;
}

function isVisible(view: { ownerId: string; isShared: boolean }, personId: string): boolean {
  return view.isShared || view.ownerId === personId;
}

/** Those of the given subscriptions that match a view, for one person. Many people follow the same views, so each is read once. */
export function createViewMatches(tx: Executor, subscriptionIds: string[]): ViewMatches {
  const views = new Map<string, ReturnType<typeof readAnyView>>();
  const matches = new Map<string, Promise<Set<string>>>();

  async function match(filters: View["filters"]) {
    const found = await tx
      .select({ id: subscriptions.id })
      .from(subscriptions)
      .where(and(inArray(subscriptions.id, subscriptionIds), matching(filters)));
    return new Set(found.map((row) => row.id));
  }

  return async (viewId, personId) => {
    const view = await once(views, viewId, () => readAnyView(tx, viewId));
    if (!view || !isVisible(view, personId)) return new Set();
    const filters = resolveOwnerMe(personId, view.filters);
    return once(matches, JSON.stringify(filters), () => match(filters));
  };
}

function once<Value>(known: Map<string, Value>, key: string, read: () => Value): Value {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
}
