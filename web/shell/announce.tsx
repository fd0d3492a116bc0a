/** Toasts: shown at the bottom of the page and read out by screen readers. */
import { CloseButton } from "@mantine/core";
import { isolatedIn } from "../../shared/foreign-text.ts";
import { useEffect, useSyncExternalStore } from "react";
import * as styles from "./announce.module.css";

const shownForMs = 8_000;

let message: { text: string; key: number } | null = null;
const listeners = new Set<() => void>();

/** Shows one sentence; a newer one replaces it. */
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

/** The region that shows toasts; rendered once per page. */
export function Announcements() {
  const shown = useSyncExternalStore(listen, () => message);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(dismiss, shownForMs);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div className={styles.announcements} role="status" aria-live="polite">
      {shown && (
        <div className={styles.announcement} key={shown.key}>
          <span>{shown.text}</span>
          <CloseButton size="sm" aria-label="Close message" onClick={dismiss} />
        </div>
      )}
    </div>
  );
}
