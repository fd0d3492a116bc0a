import type { ReactNode } from "react";
import "./check-box.css";

type Props = {
  label: string;
  note?: ReactNode;
  isChecked: boolean;
  isOff?: boolean;
  onChange(isChecked: boolean): void;
};

/** A checkbox with its label. */
export function CheckBox({ label, note, isChecked, isOff = false, onChange }: Props) {
  return (
    <label className="check-box">
      <input
        type="checkbox"
        checked={isChecked}
        disabled={isOff}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        {note && <span className="check-box-note">{note}</span>}
      </span>
    </label>
  );
}
