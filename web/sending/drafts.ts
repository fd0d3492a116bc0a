/**
 * Input that a person has not sent yet. Stored in the browser, so that a reload, a closed dialog or a crash of the tab
 * loses nothing; deleted once it is sent, after a week, and when the person signs out.
 */

type Draft = { at: number; values: Record<string, unknown> };
/** Keyed by the person's id, so that no one reads or replaces another person's drafts. */
type Stored = Record<string, Record<string, Draft>>;
type DraftStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const storageKey = "marketdesk.drafts";
const maxAgeMs = 7 * 24 * 60 * 60_000;
/** Further drafts replace the oldest. */
const maxDrafts = 30;

/**
 * Fields that are not stored: the confirmation of an action that cannot be undone, a channel's address, with which anyone can post, and the
 * other customer of a merge, an id that a restored form could not show.
 */
const excludedFields = new Set(["confirmation", "address", "into"]);

function readAll(storage: DraftStorage, now: number): Stored {
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

/** This person's draft under this key; null if there is none or it is too old. */
export function readDraft(
  personId: string,
  key: string,
  now = Date.now(),
  storage: DraftStorage = localStorage,
): Record<string, unknown> | null {
  return readAll(storage, now)[personId]?.[key]?.values ?? null;
}

/** Replaces the draft, or removes it if there are no values. */
export function saveDraft(
  personId: string,
  key: string,
  values: Record<string, unknown>,
  now = Date.now(),
  storage: DraftStorage = localStorage,
): void {
  const { [personId]: own = {}, ...ofOthers } = readAll(storage, now);
  const { [key]: previous, ...others } = own;
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !excludedFields.has(name)));
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
    // If the storage is full or blocked, no draft is stored; the open form still has its input.
  }
}

/** The values that a person has changed in a form. */
export function changedValues(initial: object, current: object): Record<string, unknown> {
  const before = initial as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(current).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  );
}

/** The stored version that the person saw, in forms of versioned settings. */
export function versionOf(values: object): unknown {
  return (values as { seenVersion?: unknown }).seenVersion;
}

/** The version as a part of the form's values; empty without versions. */
export function versionIn(values: object): object {
  return "seenVersion" in values ? { seenVersion: values.seenVersion } : {};
}

/** The part of a form that is stored: the changed values, and the version that they change. Unparsable numbers are left out. */
export function draftOf(initial: object, current: object): Record<string, unknown> {
  const { seenVersion: _, ...changed } = changedValues(initial, current);
  const kept = Object.entries(changed).filter(([, value]) => !Number.isNaN(value));
  if (kept.length === 0) return {};
  return { ...Object.fromEntries(kept), ...versionIn(current) };
}

export function forgetDrafts(storage: DraftStorage = localStorage): void {
  storage.removeItem(storageKey);
}
