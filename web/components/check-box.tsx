import type { ReactNode } from "react";
import * as styles from "./check-box.module.css";

type Props = {
  label: string;
  note?: ReactNode;
  isChecked: boolean;
  isDisabled?: boolean;
  onChange(isChecked: boolean): void;
};

/** A checkbox with its label. */
export function CheckBox({ label, note, isChecked, isDisabled = false, onChange }: Props) {
  return (
    <label className={styles.checkBox}>
      <input
        type="checkbox"
        checked={isChecked}
        disabled={isDisabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        {note && <span className={styles.checkBoxNote}>{note}</span>}
      </span>
    </label>
  );
}
