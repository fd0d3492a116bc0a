/** Toasts: shown at the bottom of the page and read out by screen readers. */
import { CloseButton } from "@mantine/core";
import { useEffect } from "react";
import { dismissAnnouncement, useAnnouncement } from "./announcement.ts";
import * as styles from "./announce.module.css";

export { announce } from "./announcement.ts";

const shownForMs = 8_000;

/** The region that shows toasts; rendered once per page. */
export function Announcements() {
  const shown = useAnnouncement();
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(dismissAnnouncement, shownForMs);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div className={styles.announcements} role="status" aria-live="polite">
      {shown && (
        <div className={styles.announcement} key={shown.key}>
          <span>{shown.text}</span>
          <CloseButton size="sm" aria-label="Close message" onClick={dismissAnnouncement} />
        </div>
      )}
    </div>
  );
}
