import { announce } from "../shell/announcement.ts";
import { Button } from "./button.tsx";
import * as styles from "./raw-text.module.css";

/** Unmodified text with a copy button. It scrolls separately, also by keyboard. */
export function RawText({ text, label }: { text: string; label: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      announce("Copied.");
    } catch {
      announce("The browser blocked copying. Select the text and copy it manually.");
    }
  }
  return (
    <div className={styles.raw}>
      <Button variant="default" size="compact-xs" className={styles.rawCopy} onClick={() => void copy()}>
        Copy
      </Button>
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
