/**
 * What a person has typed and not sent yet. Kept in the browser, so that a reload, a closed dialog or a crash of the tab
 * loses nothing; forgotten once it is sent, after a week, and when the person signs out.
 */

type Draft = { at: number; values: Record<string, unknown> };
type Stored = { of: string; drafts: Record<string, Draft> };
type Keeper = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const storageKey = "marketdesk.drafts";
const maxAgeMs = 7 * 24 * 60 * 60_000;
/** Further drafts replace the oldest. */
const maxDrafts = 30;

/** What confirms an action that cannot be undone, and a channel's address, with which anyone can post. */
const neverKept = new Set(["confirmation", "address"]);

function readAll(personId: string, storage: Keeper): Record<string, Draft> {
  try {
    const stored = JSON.parse(storage.getItem(storageKey) ?? "null") as Stored | null;
    return stored?.of === personId ? stored.drafts : {};
  } catch {
    return {};
  }
}

/** The draft of this person under this key, without what is too old; null if there is none. */
export function readDraft(
  personId: string,
  key: string,
  now = Date.now(),
  storage: Keeper = localStorage,
): Record<string, unknown> | null {
  const draft = readAll(personId, storage)[key];
  return draft !== undefined && now - draft.at < maxAgeMs ? draft.values : null;
}

/** Replaces the draft; no values remove it. */
export function saveDraft(
  personId: string,
  key: string,
  values: Record<string, unknown>,
  now = Date.now(),
  storage: Keeper = localStorage,
): void {
  const { [key]: previous, ...others } = readAll(personId, storage);
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !neverKept.has(name)));
  const isEmpty = Object.keys(kept).length === 0;
  if (isEmpty && previous === undefined) return;
  const drafts = Object.entries({ ...others, ...(isEmpty ? {} : { [key]: { at: now, values: kept } }) })
    .filter(([, { at }]) => now - at < maxAgeMs)
    .toSorted(([, one], [, other]) => other.at - one.at)
    .slice(0, maxDrafts);
  try {
    if (drafts.length === 0) storage.removeItem(storageKey);
    else storage.setItem(storageKey, JSON.stringify({ of: personId, drafts: Object.fromEntries(drafts) }));
  } catch {
    // A full or blocked storage keeps no drafts; the open form still has its input.
  }
}

/** The values that a person has changed in a form. */
export function changedValues(initial: object, current: object): Record<string, unknown> {
  const before = initial as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(current).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  );
}

export function forgetDrafts(storage: Keeper = localStorage): void {
  storage.removeItem(storageKey);
}
