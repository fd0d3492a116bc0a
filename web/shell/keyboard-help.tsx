import { Dialog } from "../components/dialog.tsx";

const keys: { keys: string[]; does: string }[] = [
  { keys: ["/"], does: "Search; Ctrl or ⌘ with K does too" },
  { keys: ["j", "k"], does: "Down and up in a list" },
  { keys: ["Enter"], does: "Open what has the focus" },
  { keys: ["Space"], does: "Look at the row in a drawer, without leaving the list" },
  { keys: ["x"], does: "Choose the row; with Shift all rows from the last one on" },
  { keys: ["b"], does: "To what can be done to the chosen rows" },
  { keys: ["f"], does: "To the filters of a list" },
  { keys: ["Tab"], does: "To the next field, button or link; with Shift back" },
  { keys: ["Esc"], does: "Close a dialog, a menu, a drawer or the search" },
  { keys: ["?"], does: "Show these keys" },
];

/** The keys of the desk. */
export function KeyboardHelp({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      {() => (
        <dl className="keys">
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
