/** Edits what someone is notified of: rules, quiet hours, and the times of digests. */
import { useRef } from "react";
import { maxRules, type NotificationSettings } from "../../../shared/notifications.ts";
import { Button } from "../../components/button.tsx";
import type { Choices } from "./choices.ts";
import { RuleFields } from "./rule-fields.tsx";
import { scopeOptions } from "./scope-field.tsx";
import { TimesField } from "./times-field.tsx";
import { WeeklyDigest } from "./weekly-digest.tsx";
import * as styles from "./notifications.module.css";

type Props = {
  settings: NotificationSettings;
  choices: Choices;
  isDisabled?: boolean;
  onChange(settings: NotificationSettings): void;
};

export function RulesEditor({ settings, choices, isDisabled = false, onChange }: Props) {
  const editor = useRef<HTMLDivElement>(null);
  const { rules } = settings;
  const change = (changes: Partial<NotificationSettings>) => onChange({ ...settings, ...changes });
  const scope = choices.places === null ? "all" : "mine";
  const add = () => change({ rules: [...rules, { kinds: null, scope, via: choices.via, frequency: "now" }] });
  return (
    <div className={styles.rulesEditor} ref={editor} tabIndex={-1} role="group" aria-label="Rules">
      {rules.length === 0 && <p className="dim">No rules, so no messages are sent. Add a rule to get messages.</p>}
      {rules.map((rule, index) => (
        <RuleFields
          // Rules have no identity of their own, and are only edited in place.
          key={index}
          rule={rule}
          place={index + 1}
          choices={choices}
          isDisabled={isDisabled}
          onChange={(next) => change({ rules: rules.with(index, next) })}
          onRemove={() => {
            change({ rules: rules.toSpliced(index, 1) });
            // The button that had the focus has been removed.
            editor.current?.focus();
          }}
        />
      ))}
      {!isDisabled && rules.length < maxRules && (
        <div>
          <Button variant="default" size="sm" onClick={add}>
            Add rule
          </Button>
        </div>
      )}
      <WeeklyDigest
        weekly={settings.weekly}
        scopes={scopeOptions(choices)}
        isDisabled={isDisabled}
        onChange={(weekly) => {
          const { weekly: _, ...others } = settings;
          onChange(weekly ? { ...others, weekly } : others);
        }}
      />
      <TimesField times={settings} isDisabled={isDisabled} onChange={change} />
    </div>
  );
}
