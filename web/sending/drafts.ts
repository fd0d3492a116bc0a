/**
 * What a person has typed and not sent yet. Kept in the browser, so that a reload, a closed dialog or a crash of the tab
 * loses nothing; forgotten once it is sent, after a week, and when the person signs out.
 */

type Draft = { at: number; values: Record<string, unknown> };
/** Keyed by the person's id, so that no one reads or replaces another person's drafts. */
type Stored = Record<string, Record<string, Draft>>;
type Keeper = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const storageKey = "marketdesk.drafts";
const maxAgeMs = 7 * 24 * 60 * 60_000;
/** Further drafts replace the oldest. */
const maxDrafts = 30;

/**
 * What confirms an action that cannot be undone, a channel's address, with which anyone can post, and the other customer of a
 * merge: an id, which a restored form could not show.
 */
const neverKept = new Set(["confirmation", "address", "into"]);

function readAll(storage: Keeper, now: number): Stored {
  try {
    const stored = JSON.parse(storage.getItem(storageKey) ?? "null") as Stored | null;
    const kept = Object.entries(stored ?? {}).map(
      ([id, drafts]) =>
        [id, Object.fromEntries(Object.entries(drafts).filter(([, draft]) => now - draft.at < maxAgeMs))] as const,
    );
    return Object.fromEntries(kept.filter(([, drafts]) => Object.keys(drafts).length > 0));
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
  return readAll(storage, now)[personId]?.[key]?.values ?? null;
}

/** Replaces the draft; no values remove it. */
export function saveDraft(
  personId: string,
  key: string,
  values: Record<string, unknown>,
  now = Date.now(),
  storage: Keeper = localStorage,
): void {
  const { [personId]: own = {}, ...ofOthers } = readAll(storage, now);
  const { [key]: previous, ...others } = own;
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !neverKept.has(name)));
  const isEmpty = Object.keys(kept).length === 0;
  if (isEmpty && previous === undefined) return;
  const drafts = Object.entries({ ...others, ...(isEmpty ? {} : { [key]: { at: now, values: kept } }) })
    .toSorted(([, one], [, other]) => other.at - one.at)
    .slice(0, maxDrafts);
  try {
    const all = drafts.length === 0 ? ofOthers : { ...ofOthers, [personId]: Object.fromEntries(drafts) };
    if (Object.keys(all).length === 0) storage.removeItem(storageKey);
    else storage.setItem(storageKey, JSON.stringify(all));
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

/** The version of what is stored that the person saw, in forms of what has versions. */
export function versionOf(values: object): unknown {
  return (values as { seenVersion?: unknown }).seenVersion;
}

/** The same as a part of the values; nothing where there are no versions. */
export function versionIn(values: object): object {
  return "seenVersion" in values ? { seenVersion: values.seenVersion } : {};
}

/** The part of a form that is kept: the changed values, and the version that they change. Unparsable numbers are not kept. */
export function draftOf(initial: object, current: object): Record<string, unknown> {
  const { seenVersion: _, ...changed } = changedValues(initial, current);
  const kept = Object.entries(changed).filter(([, value]) => !Number.isNaN(value));
  if (kept.length === 0) return {};
  return { ...Object.fromEntries(kept), ...versionIn(current) };
}

export function forgetDrafts(storage: Keeper = localStorage): void {
  storage.removeItem(storageKey);
}
