/** Edits what someone is notified of: rules, quiet hours, and the times of digests. */
import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, TextInput } from "@mantine/core";
import { useId, useRef } from "react";
import {
  channelKindLabels,
  type Frequency,
  maxRules,
  notifiedEvents,
  type NotificationRule,
  type NotificationScope,
  type NotificationSettings,
} from "../../../shared/notifications.ts";
import { eventMeanings } from "../../../shared/event-meanings.ts";
import type { ChannelChoice, KindChoice } from "../../../shared/views/notifications.ts";
import { Button } from "../../components/button.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { withCurrent } from "../../components/select-options.ts";
import { countOf } from "../../text/format.ts";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./notifications.module.css";

export type Choices = {
  kinds: KindChoice[];
  views: { id: string; name: string }[];
  /** Where a person's messages can go; null in the rules of a channel, whose messages all go to that channel. */
  places: { mailAddress: string | null; channels: ChannelChoice[] } | null;
  /** The place of a new rule. */
  via: string;
};

type Props = {
  settings: NotificationSettings;
  choices: Choices;
  isOff?: boolean;
  onChange(settings: NotificationSettings): void;
};

const frequencyLabels: Record<Frequency, string> = {
  now: "Immediately",
  hourly: "Once an hour",
  daily: "Once a day",
};

export function RulesEditor({ settings, choices, isOff = false, onChange }: Props) {
  const editor = useRef<HTMLDivElement>(null);
  const { rules, quietHours, dailyAt, zone } = settings;
  const change = (changes: Partial<NotificationSettings>) => onChange({ ...settings, ...changes });
  const scope = choices.places === null ? "all" : "mine";
  const add = () => change({ rules: [...rules, { kinds: null, scope, via: choices.via, frequency: "now" }] });
  return (
    <div className={styles.rulesEditor} ref={editor} tabIndex={-1} role="group" aria-label="Rules">
      {rules.length === 0 && <p className="dim">No rules, so no messages are sent. Add a rule to get messages.</p>}
      {rules.map((rule, index) => (
        <Rule
          // Rules have no identity of their own, and are only edited in place.
          key={index}
          rule={rule}
          place={index + 1}
          choices={choices}
          isOff={isOff}
          onChange={(next) => change({ rules: rules.with(index, next) })}
          onRemove={() => {
            change({ rules: rules.toSpliced(index, 1) });
            // The button that had the focus is gone.
            editor.current?.focus();
          }}
        />
      ))}
      {!isOff && rules.length < maxRules && (
        <div>
          <Button variant="default" size="sm" onClick={add}>
            Add rule
          </Button>
        </div>
      )}
      <WeeklyDigest
        weekly={settings.weekly}
        scopes={scopeOptions(choices)}
        isOff={isOff}
        onChange={(weekly) => {
          const { weekly: _, ...others } = settings;
          onChange(weekly ? { ...others, weekly } : others);
        }}
      />
      <fieldset className={styles.ruleFields}>
        <legend>Times</legend>
        <CheckBox
          label="Quiet hours"
          note="Messages are sent afterwards if they are still relevant."
          isChecked={quietHours !== null}
          isOff={isOff}
          onChange={(isOn) => change({ quietHours: isOn ? { from: "20:00", to: "07:00" } : null })}
        />
        {quietHours && (
          <div className={styles.ruleRow}>
            <TextInput
              type="time"
              label="From"
              value={quietHours.from}
              readOnly={isOff}
              onChange={(event) => change({ quietHours: { ...quietHours, from: event.currentTarget.value } })}
            />
            <TextInput
              type="time"
              label="To"
              value={quietHours.to}
              readOnly={isOff}
              onChange={(event) => change({ quietHours: { ...quietHours, to: event.currentTarget.value } })}
            />
          </div>
        )}
        <div className={styles.ruleRow}>
          <TextInput
            type="time"
            label="Daily messages at"
            value={dailyAt}
            readOnly={isOff}
            onChange={(event) => change({ dailyAt: event.currentTarget.value })}
          />
          <NativeSelect
            label="Time zone"
            data={withCurrent(zoneOptions(), zone)}
            value={zone}
            disabled={isOff}
            onChange={(event) => change({ zone: event.currentTarget.value })}
          />
        </div>
      </fieldset>
    </div>
  );
}

function zoneOptions() {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => ({
    value: zone,
    label: zone.replaceAll("_", " "),
  }));
}

type RuleProps = {
  rule: NotificationRule;
  place: number;
  choices: Choices;
  isOff: boolean;
  onChange(rule: NotificationRule): void;
  onRemove(): void;
};

function Rule({ rule, place, choices, isOff, onChange, onRemove }: RuleProps) {
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
          disabled={isOff}
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
          isOff={isOff}
          onChange={(next) => onChange({ ...rule, scope: next })}
        />
        {places && (
          <NativeSelect
            label="Where"
            data={withCurrent(placeOptions(places), via)}
            value={via}
            disabled={isOff}
            onChange={(event) => onChange({ ...rule, via: event.currentTarget.value })}
          />
        )}
        <NativeSelect
          label="How often"
          data={Object.entries(frequencyLabels).map(([value, label]) => ({ value, label }))}
          value={frequency}
          disabled={isOff}
          onChange={(event) => onChange({ ...rule, frequency: event.currentTarget.value as Frequency })}
        />
      </div>
      {isAboutEvents ? (
        <fieldset className={formStyles.choice}>
          <legend>Events</legend>
          <div className={styles.ruleKinds}>
            {notifiedEvents.map((kind) => (
              <CheckBox
                key={kind}
                label={eventMeanings[kind].name}
                isChecked={events.includes(kind)}
                isOff={isOff}
                onChange={(isChecked) =>
                  onChange({
                    ...rule,
                    events: notifiedEvents.filter((one) => (one === kind ? isChecked : events.includes(one))),
                  })
                }
              />
            ))}
          </div>
          <p className="dim">You are not notified of your own changes.</p>
        </fieldset>
      ) : (
        <KindsField
          kinds={kinds}
          choices={choices.kinds}
          isOff={isOff}
          onChange={(next) => onChange({ ...rule, kinds: next })}
        />
      )}
      {!isOff && (
        <div>
          <Button variant="default" size="compact-sm" onClick={onRemove} aria-label={`Remove rule ${place}`}>
            Remove rule
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function scopeOptions({ places, views }: Choices, allLabel = "All subscriptions") {
  return [
    ...(places === null ? [] : [{ value: "mine", label: "Subscriptions that I own" }]),
    { value: "all", label: allLabel },
    ...views.map(({ id, name }) => ({ value: id, label: `View: ${isolated(name)}` })),
  ];
}

type ScopeProps = {
  label: string;
  scope: NotificationScope;
  options: { value: string; label: string }[];
  isOff: boolean;
  onChange(scope: NotificationScope): void;
};

/** Which subscriptions: one's own, all, or those of a view. */
function ScopeField({ label, scope, options, isOff, onChange }: ScopeProps) {
  const value = typeof scope === "string" ? scope : scope.viewId;
  return (
    <NativeSelect
      label={label}
      data={withCurrent(options, value)}
      value={value}
      disabled={isOff}
      onChange={(event) => {
        const next = event.currentTarget.value;
        onChange(next === "mine" || next === "all" ? next : { viewId: next });
      }}
    />
  );
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

type WeeklyProps = {
  weekly: NotificationSettings["weekly"];
  scopes: { value: string; label: string }[];
  isOff: boolean;
  onChange(weekly: NotificationSettings["weekly"]): void;
};

function WeeklyDigest({ weekly, scopes, isOff, onChange }: WeeklyProps) {
  const scope = scopes[0]?.value === "mine" ? "mine" : "all";
  return (
    <fieldset className={styles.ruleFields}>
      <legend>Weekly digest</legend>
      <CheckBox
        label="Send a weekly digest"
        note="Stuck purchases, terms and trials that end, lost seats, differences from Microsoft, and secrets that expire."
        isChecked={weekly !== undefined}
        isOff={isOff}
        onChange={(isOn) => onChange(isOn ? { weekday: 1, at: "08:00", scope } : undefined)}
      />
      {weekly && (
        <div className={styles.ruleRow}>
          <NativeSelect
            label="Day"
            data={weekdays.map((name, index) => ({ value: String(index + 1), label: name }))}
            value={String(weekly.weekday)}
            disabled={isOff}
            onChange={(event) => onChange({ ...weekly, weekday: Number(event.currentTarget.value) })}
          />
          <TextInput
            type="time"
            label="Time"
            value={weekly.at}
            readOnly={isOff}
            onChange={(event) => onChange({ ...weekly, at: event.currentTarget.value })}
          />
          <ScopeField
            label="Subscriptions"
            scope={weekly.scope}
            options={scopes}
            isOff={isOff}
            onChange={(next) => onChange({ ...weekly, scope: next })}
          />
        </div>
      )}
    </fieldset>
  );
}

function placeOptions({ mailAddress, channels }: NonNullable<Choices["places"]>) {
  return [
    { value: "mail", label: mailAddress === null ? "Mail (not available)" : `Mail to ${mailAddress}` },
    { value: "push", label: "Browser notifications" },
    ...channels.map(({ id, kind, name }) => ({ value: id, label: `${channelKindLabels[kind]}: ${isolated(name)}` })),
  ];
}

type KindsProps = {
  /** Null: all. */
  kinds: string[] | null;
  choices: KindChoice[];
  isOff: boolean;
  onChange(kinds: string[] | null): void;
};

/** All kinds of needs, or some of them. */
export function KindsField({ kinds, choices, isOff, onChange }: KindsProps) {
  const name = useId();
  return (
    <fieldset className={formStyles.choice}>
      <legend>Kinds of needs</legend>
      <label>
        <input type="radio" name={name} checked={kinds === null} disabled={isOff} onChange={() => onChange(null)} />
        <span>All, including those of later versions</span>
      </label>
      <label>
        <input
          type="radio"
          name={name}
          checked={kinds !== null}
          disabled={isOff}
          onChange={() => onChange(choices.map((choice) => choice.name))}
        />
        <span>Only these{kinds !== null && ` (${countOf(kinds.length, "kind")})`}</span>
      </label>
      {kinds !== null && (
        <div className={styles.ruleKinds}>
          {choices.map((choice) => (
            <CheckBox
              key={choice.name}
              label={choice.group}
              isChecked={kinds.includes(choice.name)}
              isOff={isOff}
              onChange={(isChecked) =>
                onChange(
                  choices
                    .map((one) => one.name)
                    .filter((one) => (one === choice.name ? isChecked : kinds.includes(one))),
                )
              }
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}
