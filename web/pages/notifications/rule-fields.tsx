/** Edits one rule: its needs, its subscriptions, where its messages go, and how often. */
import { NativeSelect } from "@mantine/core";
import { isolated } from "../../../shared/foreign-text.ts";
import {
  channelKindLabels,
  type Frequency,
  notifiedEvents,
  type NotificationRule,
} from "../../../shared/notifications.ts";
import { Button } from "../../components/button.tsx";
import { withCurrent } from "../../components/select-options.ts";
import type { Choices } from "./choices.ts";
import { EventsField } from "./events-field.tsx";
import { KindsField } from "./kinds-field.tsx";
import { ScopeField, scopeOptions } from "./scope-field.tsx";
import * as styles from "./notifications.module.css";

const frequencyLabels: Record<Frequency, string> = {
  now: "Immediately",
  hourly: "Once an hour",
  daily: "Once a day",
};

type RuleProps = {
  rule: NotificationRule;
  place: number;
  choices: Choices;
  isDisabled: boolean;
  onChange(rule: NotificationRule): void;
  onRemove(): void;
};

export function RuleFields({ rule, place, choices, isDisabled, onChange, onRemove }: RuleProps) {
  const { events, kinds, scope, via, frequency } = rule;
  const { places } = choices;
  const isAboutEvents = events !== undefined;
  return (
    <fieldset className={styles.ruleFields}>
      <legend>Rule {place}</legend>
      <div className={styles.ruleRow}>
        <NativeSelect
          label="About"
          data={[
            { value: "needs", label: "What needs attention" },
            { value: "events", label: "Events" },
          ]}
          value={isAboutEvents ? "events" : "needs"}
          disabled={isDisabled}
          onChange={(event) =>
            onChange({
              kinds: null,
              scope,
              via,
              frequency,
              ...(event.currentTarget.value === "events" ? { events: [...notifiedEvents] } : {}),
            })
          }
        />
        <ScopeField
          label="Subscriptions"
          scope={scope}
          options={scopeOptions(choices, isAboutEvents ? undefined : "All, and Marketdesk itself")}
          isDisabled={isDisabled}
          onChange={(next) => onChange({ ...rule, scope: next })}
        />
        {places && (
          <NativeSelect
            label="Where"
            data={withCurrent(placeOptions(places), via)}
            value={via}
            disabled={isDisabled}
            onChange={(event) => onChange({ ...rule, via: event.currentTarget.value })}
          />
        )}
        <NativeSelect
          label="How often"
          data={Object.entries(frequencyLabels).map(([value, label]) => ({ value, label }))}
          value={frequency}
          disabled={isDisabled}
          onChange={(event) => onChange({ ...rule, frequency: event.currentTarget.value as Frequency })}
        />
      </div>
      {isAboutEvents ? (
        <EventsField events={events} isDisabled={isDisabled} onChange={(next) => onChange({ ...rule, events: next })} />
      ) : (
        <KindsField
          kinds={kinds}
          choices={choices.kinds}
          isDisabled={isDisabled}
          onChange={(next) => onChange({ ...rule, kinds: next })}
        />
      )}
      {!isDisabled && (
        <div>
          <Button variant="default" size="compact-sm" onClick={onRemove} aria-label={`Remove rule ${place}`}>
            Remove rule
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function placeOptions({ mailAddress, channels }: NonNullable<Choices["places"]>) {
  return [
    { value: "mail", label: mailAddress === null ? "Email (not available)" : `Email to ${mailAddress}` },
    { value: "push", label: "Browser notifications" },
    ...channels.map(({ id, kind, name }) => ({ value: id, label: `${channelKindLabels[kind]}: ${isolated(name)}` })),
  ];
}
