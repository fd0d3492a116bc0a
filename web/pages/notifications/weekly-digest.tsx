/** Turns the weekly digest on and sets its day, time and subscriptions. */
import { NativeSelect, TextInput } from "@mantine/core";
import type { NotificationSettings } from "../../../shared/notifications.ts";
import { CheckBox } from "../../components/check-box.tsx";
import { ScopeField } from "./scope-field.tsx";
import * as styles from "./notifications.module.css";

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

type WeeklyProps = {
  weekly: NotificationSettings["weekly"];
  scopes: { value: string; label: string }[];
  isDisabled: boolean;
  onChange(weekly: NotificationSettings["weekly"]): void;
};

export function WeeklyDigest({ weekly, scopes, isDisabled, onChange }: WeeklyProps) {
  const scope = scopes[0]?.value === "mine" ? "mine" : "all";
  return (
    <fieldset className={styles.ruleFields}>
      <legend>Weekly digest</legend>
      <CheckBox
        label="Send a weekly digest"
        note="Stuck purchases, terms and trials about to end, lost seats, differences from Microsoft, and expiring secrets."
        isChecked={weekly !== undefined}
        isDisabled={isDisabled}
        onChange={(isOn) => onChange(isOn ? { weekday: 1, at: "08:00", scope } : undefined)}
      />
      {weekly && (
        <div className={styles.ruleRow}>
          <NativeSelect
            label="Day"
            data={weekdays.map((name, index) => ({ value: String(index + 1), label: name }))}
            value={String(weekly.weekday)}
            disabled={isDisabled}
            onChange={(event) => onChange({ ...weekly, weekday: Number(event.currentTarget.value) })}
          />
          <TextInput
            type="time"
            label="Time"
            value={weekly.at}
            readOnly={isDisabled}
            onChange={(event) => onChange({ ...weekly, at: event.currentTarget.value })}
          />
          <ScopeField
            label="Subscriptions"
            scope={weekly.scope}
            options={scopes}
            isDisabled={isDisabled}
            onChange={(next) => onChange({ ...weekly, scope: next })}
          />
        </div>
      )}
    </fieldset>
  );
}
