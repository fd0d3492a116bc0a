/** Toasts: shown at the bottom of the page and read out by screen readers. */
import { CloseButton } from "@mantine/core";
import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { dismissAnnouncement, useAnnouncements } from "./announcement.ts";
import * as styles from "./announce.module.css";

export { announce } from "./announcement.ts";

const shownForMs = 8_000;

/** The region that shows toasts; rendered once per page. */
export function Announcements() {
  const shown = useAnnouncements();
  const [isPointedAt, setIsPointedAt] = useState(false);
  const isHidden = useDocumentVisibility() === "hidden";
  return (
    <div
      className={styles.announcements}
      role="status"
      aria-live="polite"
      // Otherwise every toast would be read out again with each new one.
      aria-atomic="false"
      // A finger does not leave, so its toast would stay.
      onPointerEnter={({ pointerType }) => setIsPointedAt(pointerType === "mouse")}
      onPointerLeave={() => setIsPointedAt(false)}
    >
      {shown.map((announcement) => (
        <Toast key={announcement.key} announcement={announcement} isKept={isHidden || isPointedAt} />
      ))}
    </div>
  );
}

/** One sentence. While it is pointed at, or the tab is hidden, it may not have been read and stays. */
function Toast({
  announcement: { key, text },
  isKept,
}: {
  announcement: { key: number; text: string };
  isKept: boolean;
}) {
  useEffect(() => {
    if (isKept) return;
    const timer = setTimeout(() => dismissAnnouncement(key), shownForMs);
    return () => clearTimeout(timer);
  }, [key, isKept]);
  return (
    <div className={styles.announcement}>
      <span>{text}</span>
      <CloseButton size="sm" aria-label="Close message" onClick={() => dismissAnnouncement(key)} />
    </div>
  );
}
