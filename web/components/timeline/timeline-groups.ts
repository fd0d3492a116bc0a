/** Groups timeline entries into changes: what belongs to one operation is one change. */
import type { ActivityView, CauseView } from "../../../shared/views/history.ts";

type Reason = Pick<ActivityView, "reason" | "reasonCode">;

/** A single entry, or a change with its parts, the earliest first. `at`: time of the newest. */
export type TimelineItem =
  | { at: string; key: string; entry: ActivityView; cause: null }
  | {
      at: string;
      key: string;
      cause: CauseView;
      parts: ActivityView[];
      /** The outcome, in the words of one of the parts; null while the change is in progress. */
      result: string | null;
      /** The reason of the earliest part that has one. The parts do not repeat it. */
      reason: Reason | null;
    };

/** Groups entries, newest first; each change takes the position of its newest entry. */
export function groupByCause(entries: readonly ActivityView[], causes: readonly CauseView[]): TimelineItem[] {
  const known = new Map(causes.map((cause) => [cause.operationId, cause]));
  const parts = Map.groupBy(entries, ({ operationId }) => (operationId !== null && known.get(operationId)) || null);
  const seen = new Set<CauseView>();
  return entries.flatMap((entry): TimelineItem[] => {
    const { at, operationId } = entry;
    const cause = operationId === null ? undefined : known.get(operationId);
    if (!cause) return [{ at, key: entry.id, entry, cause: null }];
    if (seen.has(cause)) return [];
    seen.add(cause);
    return [{ at, key: cause.operationId, cause, ...changeOf(cause, (parts.get(cause) ?? []).toReversed()) }];
  });
}

const confirmed = "subscription.confirmed";

function changeOf({ outcome }: CauseView, parts: readonly ActivityView[]) {
  const hasFailed = outcome !== null && outcome !== "succeeded";
  const result = hasFailed
    ? parts.findLast(({ kind }) => kind === `operation.${outcome}`)
    : parts.find(({ kind }) => kind.startsWith("subscription.") && kind !== confirmed);
  // The product's confirmation has evidence, which is not why the change was made.
  const first = parts.find((part) => part.kind !== confirmed && isReasoned(part));
  return {
    result: result?.summary ?? null,
    reason: first ? { reason: first.reason, reasonCode: first.reasonCode } : null,
    parts: withReasonsOnce(parts, first),
  };
}

const isReasoned = ({ reason, reasonCode }: Reason) => reason !== null || reasonCode !== null;
const textOf = ({ reason, reasonCode }: Reason) => `${reasonCode ?? ""} ${reason ?? ""}`;

/** An action with a reason usually produces several entries that all repeat the reason. */
function withReasonsOnce(parts: readonly ActivityView[], first: ActivityView | undefined): ActivityView[] {
  const seen = new Set(first ? [textOf(first)] : []);
  return parts.map((entry) => {
    const text = textOf(entry);
    if (seen.has(text)) return { ...entry, reason: null, reasonCode: null };
    seen.add(text);
    return entry;
  });
}
