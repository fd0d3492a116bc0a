import type { ReactNode } from "react";
import type { PlannedChangeView } from "../../shared/views/planned-changes.ts";
import { plannedTitle } from "../text/planned.ts";
import { startForReader } from "../text/utc-times.ts";
import { DaysUntilPlanned, PlannedDay } from "./planned-day.tsx";
import { Ago } from "./time.tsx";
import { UndoPlanned } from "./undo-planned.tsx";
import * as tagStyles from "./tag.module.css";

type Props = {
  planned: PlannedChangeView;
  subscriptionName: string;
  /** Names the subscription where the page does not. */
  children?: ReactNode;
};

/** A planned change that waits, as an entry of a list: what, when, who planned it and why, with its undoing. */
export function PlannedChange({ planned, subscriptionName, children }: Props) {
  return (
    <li>
      <p>
        {children}
        <strong>{plannedTitle(planned)}</strong> <When planned={planned} />{" "}
        <UndoPlanned planned={planned} subscriptionName={subscriptionName} />
      </p>
      <PlannedBy planned={planned} />
      {planned.problem && <p>Waiting: {planned.problem}</p>}
    </li>
  );
}

function When({ planned: { on, isAtTermEnd, until } }: { planned: PlannedChangeView }) {
  const start = startForReader(on);
  return (
    <>
      {isAtTermEnd ? "after the term, on " : "on "}
      <PlannedDay day={on} />
      {until && (
        <>
          , until <PlannedDay day={until} />
        </>
      )}{" "}
      <span className="dim">
        (<DaysUntilPlanned day={on} />
        {start && `: ${start}`})
      </span>
    </>
  );
}

export function PlannedBy({
  planned: { plannedByName, plannedAt, reason, reasonCode },
}: {
  planned: PlannedChangeView;
}) {
  return (
    <p className="dim">
      Planned by {plannedByName} <Ago at={plannedAt} />
      {reasonCode && <span className={tagStyles.tag}>{reasonCode}</span>}
      {reason !== reasonCode && <> “{reason}”</>}
    </p>
  );
}
