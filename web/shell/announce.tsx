/** Toasts: shown at the bottom of the page and read out by screen readers. */
import { CloseButton } from "@mantine/core";
import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
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
  const focusedBefore = useRef<Element | null>(null);
  usePageKeys([["mod+Z", () => latest && runUndo(latest)]]);
  return (
    // Not atomic: otherwise every toast would be read out again with each new one.
    <div
      className={styles.announcements}
      role="status"
      aria-live="polite"
      aria-atomic="false"
      onFocus={({ currentTarget, relatedTarget }) => {
        // It is null when the person comes back from another window.
        if (relatedTarget && !currentTarget.contains(relatedTarget)) focusedBefore.current = relatedTarget;
      }}
    >
      {shown.map((toast) => (
        <Toast
          key={toast.key}
          text={toast.text}
          onClose={() => dismissAnnouncement(toast.key)}
          onFocusLost={() => returnFocus(focusedBefore.current)}
        >
          {toast.undo && (
            <button type="button" className={styles.undo} onClick={() => runUndo(toast)}>
              Undo
            </button>
          )}
        </Toast>
      ))}
    </div>
  );
}

function runUndo({ key, undo }: ReturnType<typeof useAnnouncements>[number]): void {
  dismissAnnouncement(key);
  undo?.().then(
    (result) => announce(typeof result === "string" ? result : "Undone"),
    // A change that was never sent can be retried.
    (error: Error) => announce(error.message, error.cause instanceof NotSentError ? undo : undefined),
  );
}

/** `onFocusLost`: called before a focused element in the region is removed. */
type ToastProps = { text: string; onClose(): void; onFocusLost(): void; children: ReactNode };

/** One sentence. While the mouse or the focus is on it, or the tab is hidden, it may not have been read and stays. */
function Toast({ text, onClose, onFocusLost, children }: ToastProps) {
  const [isUsed, setUsed] = useState(false);
  const isKept = useDocumentVisibility() === "hidden" || isUsed;
  const close = useEffectEvent(onClose);
  const element = useRef<HTMLDivElement>(null);
  const loseFocus = useEffectEvent(onFocusLost);
  // A layout effect ends before its element is removed, while it still has the focus.
  useLayoutEffect(() => {
    const toast = element.current;
    return () => {
      if (toast?.contains(document.activeElement)) loseFocus();
    };
  }, []);
  useEffect(() => {
    if (isKept) return;
    const timer = setTimeout(() => close(), shownForMs);
    return () => clearTimeout(timer);
  }, [isKept]);
  return (
    <div
      ref={element}
      className={styles.announcement}
      // A touch never leaves the element, so the toast would stay.
      onPointerEnter={({ pointerType }) => setUsed(pointerType === "mouse")}
      onPointerLeave={() => setUsed(false)}
      onFocus={() => setUsed(true)}
      onBlur={() => setUsed(false)}
    >
      <span>{text}</span>
      {children}
      <CloseButton size="sm" aria-label="Close message" onClick={onClose} />
    </div>
  );
}
