/** Chooses all kinds of needs, or some of them. */
import { useId } from "react";
import type { KindChoice } from "../../../shared/views/notifications.ts";
import { CheckBox } from "../../components/check-box.tsx";
import { countOf } from "../../text/format.ts";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./notifications.module.css";

type KindsProps = {
  /** Null: all. */
  kinds: string[] | null;
  choices: KindChoice[];
  isDisabled: boolean;
  onChange(kinds: string[] | null): void;
};

export function KindsField({ kinds, choices, isDisabled, onChange }: KindsProps) {
  const name = useId();
  return (
    <fieldset className={formStyles.choice}>
      <legend>Kinds of needs</legend>
      <label>
        <input
          type="radio"
          name={name}
          checked={kinds === null}
          disabled={isDisabled}
          onChange={() => onChange(null)}
        />
        <span>All, including those added in later versions</span>
      </label>
      <label>
        <input
          type="radio"
          name={name}
          checked={kinds !== null}
          disabled={isDisabled}
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
              isDisabled={isDisabled}
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
