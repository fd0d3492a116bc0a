import { Dialog } from "../components/dialog.tsx";
import * as styles from "./keyboard-help.module.css";

const keys: { keys: string[]; does: string }[] = [
  { keys: ["/"], does: "Search; also Ctrl+K or ⌘K" },
  { keys: ["j", "k"], does: "Next and previous row in a list" },
  { keys: ["Enter"], does: "Open the focused row" },
  { keys: ["Space"], does: "Preview the row without leaving the list" },
  { keys: ["x"], does: "Select the row; with Shift, all rows since the last selection" },
  { keys: ["b"], does: "Go to bulk actions" },
  { keys: ["f"], does: "Go to the filters" },
  { keys: ["Ctrl+Enter"], does: "Send the form or the note; also ⌘Enter" },
  { keys: ["←", "→"], does: "Resize the column whose edge has the focus; Enter fits it to its content" },
  { keys: ["a", "r"], does: "Accept or reject the change in an alert" },
  { keys: ["Ctrl+Z"], does: "Undo the action in the last message; also ⌘Z" },
  { keys: ["Tab"], does: "Next field, button or link; with Shift, previous" },
  { keys: ["Esc"], does: "Close the dialog, menu, preview or search" },
  { keys: ["?"], does: "Show keyboard shortcuts" },
];

/** Lists the keyboard shortcuts. */
export function KeyboardHelp({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      {() => (
        <dl className={styles.keys}>
          {keys.map(({ keys: names, does }) => (
            <div key={does}>
              <dt>
                {names.map((name) => (
                  <kbd key={name}>{name}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      )}
    </Dialog>
  );
}
