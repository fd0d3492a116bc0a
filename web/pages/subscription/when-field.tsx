import { Radio, TextInput } from "@mantine/core";
import { addDays, type Day, isDay, utcDayOf } from "../../../shared/day.ts";
import { useNow } from "../../clock.ts";
import { formatDay } from "../../text/format.ts";
import { startInBrackets } from "../../text/utc-times.ts";
import type { When } from "./when.ts";
import * as styles from "./when-field.module.css";

type Props = {
  subscription: { termEndsOn: Day | null; autoRenews: boolean | null };
  values: When;
  /** The form's properties of a field. */
  getInputProps(name: keyof When): object;
};

/** When the change is made, and what that means. */
export function WhenField({ subscription: { termEndsOn, autoRenews }, values, getInputProps }: Props) {
  const tomorrow = addDays(utcDayOf(useNow(15_000)), 1);
  const hasTermEnd = termEndsOn !== null && termEndsOn >= tomorrow;
  const on = values.when === "termEnd" ? termEndsOn && addDays(termEndsOn, 1) : isDay(values.on) ? values.on : null;
  return (
    <div className={styles.whenField}>
      <Radio.Group label="When" {...getInputProps("when")}>
        <div className={styles.whenChoices}>
          <Radio value="now" label="Now" />
          <Radio value="day" label="On a day" />
          {hasTermEnd && <Radio value="termEnd" label={`After the term, which ends on ${formatDay(termEndsOn)}`} />}
        </div>
      </Radio.Group>
      {values.when !== "now" && (
        <>
          {values.when === "day" && <TextInput type="date" label="Day" min={tomorrow} {...getInputProps("on")} />}
          <p className="dim">
            {on
              ? `Marketdesk makes the change on ${formatDay(on)} at 00:00 UTC${startInBrackets(on)}, after the same checks as now. `
              : "Days begin at 00:00 UTC, because Microsoft counts in UTC. The same checks apply then as now. "}
            You can undo the planned change until then.
            {values.when === "termEnd" &&
              autoRenews === false &&
              " Auto-renewal is off: if the subscription ends with its term, nothing is changed."}
          </p>
        </>
      )}
    </div>
  );
}
