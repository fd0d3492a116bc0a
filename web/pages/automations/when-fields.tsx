/** What starts an automation. */
import { type AutomationRule, automationEvents } from "../../../shared/automations.ts";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { CheckBox } from "../../components/check-box.tsx";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./automations.module.css";

type WhenProps = {
  rule: AutomationRule;
  problem: string | undefined;
  onChange(trigger: AutomationRule["trigger"]): void;
};

export function WhenFields({ rule: { trigger }, problem, onChange }: WhenProps) {
  const events = trigger.kind === "event" ? trigger.events : [];
  return (
    <section aria-labelledby="when" className={styles.part}>
      <h2 id="when">When</h2>
      <fieldset className={formStyles.choice}>
        <legend className="sr-only">When</legend>
        <label>
          <input
            type="radio"
            name="when"
            checked={trigger.kind === "event"}
            onChange={() => onChange({ kind: "event", events: [] })}
          />
          <span>An event happens</span>
        </label>
        <label>
          <input
            type="radio"
            name="when"
            checked={trigger.kind === "enters"}
            onChange={() => onChange({ kind: "enters" })}
          />
          <span>A subscription begins to match the filters below</span>
        </label>
      </fieldset>
      {trigger.kind === "event" && (
        <fieldset className={styles.events}>
          <legend>Events</legend>
          {automationEvents.map((event) => (
            <CheckBox
              key={event}
              label={eventMeanings[event].name}
              note={eventMeanings[event].meaning}
              isChecked={events.includes(event)}
              onChange={(isChecked) =>
                onChange({
                  kind: "event",
                  events: automationEvents.filter((one) => (one === event ? isChecked : events.includes(one))),
                })
              }
            />
          ))}
        </fieldset>
      )}
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
