/** Short messages about what happened: seen at the foot of the page, and read out by screen readers. */
import { CloseButton } from "@mantine/core";
import { isolatedIn } from "../../shared/foreign-text.ts";
import { useEffect, useSyncExternalStore } from "react";

const shownForMs = 8_000;

let message: { text: string; key: number } | null = null;
const listeners = new Set<() => void>();

/** Says one sentence; a newer one takes its place. */
export function announce(text: string): void {
  message = { text: isolatedIn(text), key: (message?.key ?? 0) + 1 };
  for (const listener of listeners) listener();
}

function dismiss() {
  message = null;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where the messages appear; once in the frame of the page. */
export function Announcements() {
  const shown = useSyncExternalStore(listen, () => message);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(dismiss, shownForMs);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div className="announcements" role="status" aria-live="polite">
      {shown && (
        <div className="announcement" key={shown.key}>
          <span>{shown.text}</span>
          <CloseButton size="sm" aria-label="Close this message" onClick={dismiss} />
        </div>
      )}
    </div>
  );
}
