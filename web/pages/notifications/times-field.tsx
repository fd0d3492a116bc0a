/** When messages are sent: quiet hours, the hour of daily ones, and the time zone. */
import { NativeSelect, TextInput } from "@mantine/core";
import type { NotificationSettings } from "../../../shared/notifications.ts";
import { CheckBox } from "../../components/check-box.tsx";
import { withCurrent } from "../../components/select-options.ts";
import * as styles from "./notifications.module.css";

type Times = Pick<NotificationSettings, "quietHours" | "dailyAt" | "zone">;

type TimesProps = { times: Times; isDisabled: boolean; onChange(changes: Partial<Times>): void };

export function TimesField({ times: { quietHours, dailyAt, zone }, isDisabled, onChange }: TimesProps) {
  return (
    <fieldset className={styles.ruleFields}>
      <legend>Times</legend>
      <CheckBox
        label="Quiet hours"
        note="Messages are sent afterwards if they are still relevant."
        isChecked={quietHours !== null}
        isDisabled={isDisabled}
        onChange={(isOn) => onChange({ quietHours: isOn ? { from: "20:00", to: "07:00" } : null })}
      />
      {quietHours && (
        <div className={styles.ruleRow}>
          <TextInput
            type="time"
            label="From"
            value={quietHours.from}
            readOnly={isDisabled}
            onChange={(event) => onChange({ quietHours: { ...quietHours, from: event.currentTarget.value } })}
          />
          <TextInput
            type="time"
            label="To"
            value={quietHours.to}
            readOnly={isDisabled}
            onChange={(event) => onChange({ quietHours: { ...quietHours, to: event.currentTarget.value } })}
          />
        </div>
      )}
      <div className={styles.ruleRow}>
        <TextInput
          type="time"
          label="Daily messages at"
          value={dailyAt}
          readOnly={isDisabled}
          onChange={(event) => onChange({ dailyAt: event.currentTarget.value })}
        />
        <NativeSelect
          label="Time zone"
          data={withCurrent(zoneOptions(), zone)}
          value={zone}
          disabled={isDisabled}
          onChange={(event) => onChange({ zone: event.currentTarget.value })}
        />
      </div>
    </fieldset>
  );
}

function zoneOptions() {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => ({
    value: zone,
    label: zone.replaceAll("_", " "),
  }));
}
