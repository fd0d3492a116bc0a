/** Toasts: shown at the bottom of the page and read out by screen readers. */
import { CloseButton } from "@mantine/core";
import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect, useEffectEvent, useState } from "react";
import { dismissAnnouncement, useAnnouncements } from "./announcement.ts";
import * as styles from "./announce.module.css";

export { announce } from "./announcement.ts";

const shownForMs = 8_000;

/** The region that shows toasts; rendered once per page. */
export function Announcements() {
  const shown = useAnnouncements();
  return (
    // Not atomic: otherwise every toast would be read out again with each new one.
    <div className={styles.announcements} role="status" aria-live="polite" aria-atomic="false">
      {shown.map(({ key, text }) => (
        <Toast key={key} text={text} onClose={() => dismissAnnouncement(key)} />
      ))}
    </div>
  );
}

/** One sentence. While the mouse is on it, or the tab is hidden, it may not have been read and stays. */
function Toast({ text, onClose }: { text: string; onClose(): void }) {
  const [isPointedAt, setIsPointedAt] = useState(false);
  const isKept = useDocumentVisibility() === "hidden" || isPointedAt;
  const close = useEffectEvent(onClose);
  useEffect(() => {
    if (isKept) return;
    const timer = setTimeout(() => close(), shownForMs);
    return () => clearTimeout(timer);
  }, [isKept]);
  return (
    <div
      className={styles.announcement}
      // A finger does not leave, so its toast would stay.
      onPointerEnter={({ pointerType }) => setIsPointedAt(pointerType === "mouse")}
      onPointerLeave={() => setIsPointedAt(false)}
    >
      <span>{text}</span>
      <CloseButton size="sm" aria-label="Close message" onClick={onClose} />
    </div>
  );
}
