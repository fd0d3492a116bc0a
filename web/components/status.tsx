import type { ReactNode } from "react";
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";
import { statusLabels } from "../text/labels.ts";
import type { Tone } from "../text/labels.ts";
import * as styles from "./status.module.css";

/** A word with a colored dot. The word carries the meaning; the color only helps scanning. */
export function Dot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={styles.dotWord} data-tone={tone}>
      <span className={styles.dot} aria-hidden data-dot />
      {children}
    </span>
  );
}

/** A subscription's status, with Microsoft's word in the tooltip. */
export function Status({ status }: { status: SubscriptionStatus }) {
  const { short, tone } = statusLabels[status];
  return (
    <span title={status}>
      <Dot tone={tone}>{short}</Dot>
    </span>
  );
}
