/** Until when a need is snoozed: one of the usual times, or another one. */
import { TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import type { z } from "zod";
import type { snoozeInput } from "../../../shared/inputs/needs.ts";
import { formatAppointment } from "../../text/format.ts";
import { fromFieldValue, type snoozeTimes, toFieldValue } from "./snooze-times.ts";
import * as formStyles from "../../components/form.module.css";

type Props = {
  form: UseFormReturnType<z.infer<typeof snoozeInput>>;
  times: ReturnType<typeof snoozeTimes>;
  openedAt: Date;
  /** The last time that is possible. */
  latest: Date;
};

export function UntilField({ form, times, openedAt, latest }: Props) {
  // Keep a time that was typed before: it is not one of the presets.
  const [isCustomTime, setCustomTime] = useState(
    () => !times.some(({ until }) => until.toISOString() === form.values.until),
  );
  function choose(until: string, isCustom: boolean) {
    setCustomTime(isCustom);
    form.setFieldValue("until", until);
  }
  return (
    <fieldset className={formStyles.choice}>
      <legend>Until</legend>
      {times.map(({ label, until }) => (
        <label key={label}>
          <input
            type="radio"
            name="until"
            checked={!isCustomTime && form.values.until === until.toISOString()}
            onChange={() => choose(until.toISOString(), false)}
          />
          <span>
            {label} <span className="dim">{formatAppointment(until.getTime())}</span>
          </span>
        </label>
      ))}
      <label>
        <input type="radio" name="until" checked={isCustomTime} onChange={() => choose(form.values.until, true)} />
        <span>Another time</span>
      </label>
      {isCustomTime && (
        <TextInput
          type="datetime-local"
          aria-label="Snooze until"
          min={toFieldValue(openedAt)}
          max={toFieldValue(latest)}
          defaultValue={form.values.until === "" ? "" : toFieldValue(new Date(form.values.until))}
          onChange={(event) => choose(fromFieldValue(event.currentTarget.value), true)}
          error={form.errors["until"]}
        />
      )}
      {!isCustomTime && form.errors["until"] && <p className="trouble">{form.errors["until"]}</p>}
    </fieldset>
  );
}
