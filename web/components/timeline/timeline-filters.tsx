/** The filters of a timeline: whose entries, and which kinds of them. */
import type { ActorKind } from "../../../shared/actors.ts";
import type { TimelineFilters, TimelineKind } from "../../../shared/filters.ts";
import { actorLabels } from "../../text/labels.ts";
import { FilterChips } from "../paged-table.tsx";
import * as styles from "./timeline.module.css";

export type ChosenFilters = Pick<TimelineFilters, "who" | "what">;

const kindLabels: Record<TimelineKind, string> = {
  changes: "Changes",
  operations: "Operations",
  notes: "Notes",
  desk: "Customer care",
};

const actors = Object.keys(actorLabels) as ActorKind[];
const kinds = Object.keys(kindLabels) as TimelineKind[];

/** The filters in the URL, without the schemas of all lists, which are larger than this page. */
export function knownFilters({ who, what }: TimelineFilters): ChosenFilters {
  return { who: actors.find((actor) => actor === who), what: kinds.find((kind) => kind === what) };
}

export function TimelineFiltersLine({ who, what }: ChosenFilters) {
  return (
    <div className={styles.timelineFilters}>
      <FilterChips
        label="Filter by actor"
        name="who"
        current={who}
        choices={[
          { value: undefined, label: "Everyone" },
          ...actors.map((actor) => ({ value: actor, label: actorLabels[actor] })),
        ]}
      />
      <FilterChips
        label="Filter by kind"
        name="what"
        current={what}
        choices={[
          { value: undefined, label: "Everything" },
          ...kinds.map((kind) => ({ value: kind, label: kindLabels[kind] })),
        ]}
      />
    </div>
  );
}
