import type { LastChangeView } from "../../shared/views/notifications.ts";
import type { LastChange } from "../domain/last-change.ts";

export function lastChangeView(last: LastChange | null): LastChangeView {
  return last?.byName && last.at ? { byName: last.byName, at: last.at.toISOString() } : null;
}
