import { Button } from "@mantine/core";
import { announce } from "../shell/announce.tsx";

/** Text as it came, to read and to copy. It scrolls in itself, also by keyboard. */
export function RawText({ text, label }: { text: string; label: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      announce("Copied.");
    } catch {
      announce("The browser did not allow copying. Select the text and copy it by hand.");
    }
  }
  return (
    <div className="raw">
      <Button variant="default" size="compact-xs" className="raw-copy" onClick={() => void copy()}>
        Copy
      </Button>
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
