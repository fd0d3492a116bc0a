/** Groups timeline entries under their cause. */
import type { ActivityView, CauseView } from "../../../shared/views/history.ts";

/** A single entry, or the entries of one operation, earliest first, with repeated reasons removed. `at`: time of the newest. */
export type TimelineItem =
  | { at: string; key: string; entry: ActivityView; cause: null }
  | { at: string; key: string; cause: CauseView; effects: ActivityView[] };

/** Groups entries, newest first; each group takes the position of its newest entry. */
export function groupByCause(entries: readonly ActivityView[], causes: readonly CauseView[]): TimelineItem[] {
  const known = new Map(causes.map((cause) => [cause.operationId, cause]));
  const groups = new Map<string, ActivityView[]>();
  const items: TimelineItem[] = [];
  for (const entry of entries) {
    const cause = entry.operationId === null ? undefined : known.get(entry.operationId);
    if (!cause) {
      items.push({ at: entry.at, key: entry.id, entry, cause: null });
      continue;
    }
    const group = groups.get(cause.operationId);
    if (group) {
      group.unshift(entry);
      continue;
    }
    const effects = [entry];
    groups.set(cause.operationId, effects);
    items.push({ at: entry.at, key: cause.operationId, cause, effects });
  }
  return items.map((item) => (item.cause === null ? item : { ...item, effects: withReasonsOnce(item.effects) }));
}

/** An action with a reason usually produces several entries that all repeat the reason. */
function withReasonsOnce(effects: readonly ActivityView[]): ActivityView[] {
  const seen = new Set<string>();
  return effects.map((entry) => {
    const text = `${entry.reasonCode ?? ""} ${entry.reason ?? ""}`;
    if (seen.has(text)) return { ...entry, reason: null, reasonCode: null };
    seen.add(text);
    return entry;
  });
}
