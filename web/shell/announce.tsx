/** Toasts: shown at the bottom of the page and read out by screen readers. */
import { CloseButton } from "@mantine/core";
import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ReactNode } from "react";
import { NotSentError } from "../sending/send-error.ts";
import { usePageKeys } from "../components/page-keys.ts";
import { returnFocus } from "../components/return-focus.ts";
import { announce, dismissAnnouncement, useAnnouncements } from "./announcement.ts";
import * as styles from "./announce.module.css";

export { announce } from "./announcement.ts";

const shownForMs = 8_000;

/** The region that shows toasts; rendered once per page. */
export function Announcements() {
  const shown = useAnnouncements();
  const latest = shown.findLast(({ undo }) => undo);
  usePageKeys([["mod+Z", () => latest && takeBack(latest)]]);
  return (
    // Not atomic: otherwise every toast would be read out again with each new one.
    <div className={styles.announcements} role="status" aria-live="polite" aria-atomic="false">
      {shown.map((toast) => (
        <Toast key={toast.key} text={toast.text} onClose={() => dismissAnnouncement(toast.key)}>
          {toast.undo && (
            <button type="button" className={styles.undo} onClick={() => takeBack(toast)}>
              Undo
            </button>
          )}
        </Toast>
      ))}
    </div>
  );
}

function takeBack({ key, undo }: ReturnType<typeof useAnnouncements>[number]): void {
  dismissAnnouncement(key);
  undo?.().then(
    (result) => announce(typeof result === "string" ? result : "Undone"),
    // What was never sent can be tried again.
    (error: Error) => announce(error.message, error.cause instanceof NotSentError ? undo : undefined),
  );
}

type ToastProps = { text: string; onClose(): void; children: ReactNode };

/** One sentence. While the mouse or the focus is on it, or the tab is hidden, it may not have been read and stays. */
function Toast({ text, onClose, children }: ToastProps) {
  const [isUsed, setUsed] = useState(false);
  const isKept = useDocumentVisibility() === "hidden" || isUsed;
  const close = useEffectEvent(onClose);
  const focusedBefore = useRef<Element | null>(null);
  useEffect(() => () => returnFocus(focusedBefore.current), []);
  useEffect(() => {
    if (isKept) return;
    const timer = setTimeout(() => close(), shownForMs);
    return () => clearTimeout(timer);
  }, [isKept]);
  return (
    <div
      className={styles.announcement}
      // A finger does not leave, so its toast would stay.
      onPointerEnter={({ pointerType }) => setUsed(pointerType === "mouse")}
      onPointerLeave={() => setUsed(false)}
      onFocus={({ currentTarget, relatedTarget }) => {
        setUsed(true);
        if (!currentTarget.contains(relatedTarget)) focusedBefore.current = relatedTarget;
      }}
      onBlur={() => setUsed(false)}
    >
      <span>{text}</span>
      {children}
      <CloseButton size="sm" aria-label="Close message" onClick={onClose} />
    </div>
  );
}
