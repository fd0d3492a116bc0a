import { CheckBox } from "../../components/check-box.tsx";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./endpoints.module.css";

type AllOrSomeProps<Value extends string> = {
  legend: string;
  allLabel: string;
  chosenLabel: string;
  /** Null: all. */
  chosen: Value[] | null;
  choices: { value: Value; label: string; note?: string }[];
  onChange(chosen: Value[] | null): void;
  problem: React.ReactNode;
};

/** All, or some of a list. */
export function AllOrSome<Value extends string>(props: AllOrSomeProps<Value>) {
  const { legend, allLabel, chosenLabel, chosen, choices, onChange, problem } = props;
  return (
    <fieldset className={formStyles.choice}>
      <legend>{legend}</legend>
      <label>
        <input type="radio" name={legend} checked={chosen === null} onChange={() => onChange(null)} />
        <span>{allLabel}</span>
      </label>
      <label>
        <input type="radio" name={legend} checked={chosen !== null} onChange={() => onChange([])} />
        <span>{chosenLabel}</span>
      </label>
      {chosen !== null && (
        <div className={styles.eventTypes}>
          {choices.map(({ value, label, note }) => (
            <CheckBox
              key={value}
              label={label}
              note={note}
              isChecked={chosen.includes(value)}
              onChange={(isChecked) =>
                onChange(
                  choices
                    .map((choice) => choice.value)
                    .filter((other) => (other === value ? isChecked : chosen.includes(other))),
                )
              }
            />
          ))}
        </div>
      )}
      {problem && <p className="trouble">{problem}</p>}
    </fieldset>
  );
}
