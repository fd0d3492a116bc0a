/** The records that a person opened last, for the search field. Stored in the browser until the person signs out. */

export type Visit = { kind: "subscription" | "customer"; id: string; title: string };

const key = "marketdesk.recent";
const maxVisits = 8;

export function readVisits(personId: string): Visit[] {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "null") as { of: string; visits: Visit[] } | null;
    return stored?.of === personId ? stored.visits : [];
  } catch {
    return [];
  }
}

export function recordVisit(personId: string, visit: Visit): void {
  const others = readVisits(personId).filter(({ id }) => id !== visit.id);
  try {
    localStorage.setItem(key, JSON.stringify({ of: personId, visits: [visit, ...others].slice(0, maxVisits) }));
  } catch {
    // If the storage is full or blocked, there are only no suggestions.
  }
}

export function forgetVisits(): void {
  localStorage.removeItem(key);
}
