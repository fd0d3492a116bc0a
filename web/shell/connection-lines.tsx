/** The frame's notices about the connection. */
import type { ReactNode } from "react";
import { useLiveState } from "../live/live-updates.ts";
import { useIsOffline } from "../live/server-connection.ts";
import * as noticeLinesStyles from "./notice-lines.module.css";
import * as styles from "./shell.module.css";

export function SandboxNotice({ url }: { url: string }): ReactNode {
  return (
    <div className={styles.sandboxLine}>
      <strong>Sandbox</strong>
      <span className={styles.sandboxWords}>Microsoft is simulated; nothing is billed.</span>
      <a href={url} target="_blank" rel="noreferrer">
        Act as Microsoft
      </a>
    </div>
  );
}

export function LiveMark() {
  const live = useLiveState();
  const isOffline = useIsOffline();
  return (
    <span className={styles.liveMark} role="status" data-state={live}>
      {!isOffline && live === "lost" && "Reconnecting…"}
      {!isOffline && live === "paused" && "Live updates paused"}
    </span>
  );
}

/** Rendered before it has text: screen readers only announce changes of an existing status region. */
export function OfflineNotice() {
  const isOffline = useIsOffline();
  return (
    <div className={noticeLinesStyles.offline} role="status" data-line="offline">
      {isOffline && (
        <>
          <strong>You are offline.</strong> This page may be out of date, and changes cannot be sent until the
          connection is back.
        </>
      )}
    </div>
  );
}
