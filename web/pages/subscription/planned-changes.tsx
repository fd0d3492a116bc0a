import { IconAlertTriangle, IconCalendarTime } from "@tabler/icons-react";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PlannedBy, PlannedChange } from "../../components/planned-change.tsx";
import { PlannedDay } from "../../components/planned-day.tsx";
import { UndoPlanned } from "../../components/undo-planned.tsx";
import { plannedTitle } from "../../text/planned.ts";
import type { Subscription } from "../../trpc.ts";
import { useActionDialog } from "./use-action-dialog.tsx";
import * as calloutStyles from "../../components/callout.module.css";
import * as timelineStyles from "../../components/timeline/timeline.module.css";
import * as styles from "./planned-changes.module.css";

type Planned = Subscription["planned"][number];

/** The planned changes of a subscription, and those that failed on their day. */
export function PlannedChanges({ subscription }: { subscription: Subscription }) {
  const failed = subscription.planned.filter(({ state }) => state === "failed");
  const ahead = subscription.planned.filter(({ state }) => state === "waiting");
  return (
    <>
      {failed.length > 0 && (
        <section className={calloutStyles.callout} data-tone="bad" aria-label="Failed planned changes">
          <IconAlertTriangle size={18} aria-hidden />
          <ul className={styles.plannedList}>
            {failed.map((planned) => (
              <Failed key={planned.id} planned={planned} subscription={subscription} />
            ))}
          </ul>
        </section>
      )}
      {ahead.length > 0 && (
        <section className={calloutStyles.callout} data-tone="info" aria-label="Planned changes">
          <IconCalendarTime size={18} aria-hidden />
          <ul className={styles.plannedList}>
            {ahead.map((planned) => (
              <PlannedChange key={planned.id} planned={planned} subscriptionName={subscription.name} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Failed({ planned, subscription }: { planned: Planned; subscription: Subscription }) {
  const { open, dialog } = useActionDialog(subscription);
  const availability = subscription.actions.find(({ action }) => action === planned.action);
  return (
    <li>
      <p>
        <strong>{plannedTitle(planned)}</strong> was planned for <PlannedDay day={planned.on} /> and could not be
        carried out. {planned.problem}
      </p>
      <PlannedBy planned={planned} />
      <p className={styles.plannedButtons}>
        <GuardedButton
          variant="default"
          size="compact-sm"
          blockedReason={
            availability?.isPossible ? null : (availability?.blockedReason ?? "This action is not available now.")
          }
          onClick={() =>
            open(planned.action, { planId: planned.planId ?? undefined, quantity: planned.quantity ?? undefined })
          }
        >
          Try again…
        </GuardedButton>
        <UndoPlanned planned={planned} subscriptionName={subscription.name} />
      </p>
      {dialog}
    </li>
  );
}

/** The top of the timeline: planned changes, the latest first. */
export function PlannedAhead({ planned }: { planned: readonly Planned[] }) {
  return (
    <section className={timelineStyles.day}>
      <h3>Upcoming</h3>
      <ul>
        {planned.toReversed().map((one) => (
          <li key={one.id} className={styles.plannedEntry}>
            <IconCalendarTime size={16} aria-hidden />
            <span>
              <PlannedDay day={one.on} /> · {plannedTitle(one)}{" "}
              <span className="dim">planned by {one.plannedByName}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
