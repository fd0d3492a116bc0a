/** Chooses the events that a rule is about. */
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { notifiedEvents, type NotificationRule } from "../../../shared/notifications.ts";
import { CheckBox } from "../../components/check-box.tsx";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./notifications.module.css";

type Events = NonNullable<NotificationRule["events"]>;

type EventsProps = { events: Events; isDisabled: boolean; onChange(events: Events): void };

export function EventsField({ events, isDisabled, onChange }: EventsProps) {
  return (
    <fieldset className={formStyles.choice}>
      <legend>Events</legend>
      <div className={styles.ruleKinds}>
        {notifiedEvents.map((kind) => (
          <CheckBox
            key={kind}
            label={eventMeanings[kind].name}
            isChecked={events.includes(kind)}
            isDisabled={isDisabled}
            onChange={(isChecked) =>
              onChange(notifiedEvents.filter((one) => (one === kind ? isChecked : events.includes(one))))
            }
          />
        ))}
      </div>
      <p className="dim">You are not notified of your own changes.</p>
    </fieldset>
  );
}
