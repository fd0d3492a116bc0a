import { CloseButton } from "@mantine/core";
import { useId } from "react";
import type { ReactNode } from "react";
import * as styles from "./peek-panel.module.css";

/** A preview panel next to the list that shows the focused row. */
export function PeekPanel({ title, onClose, children }: { title: string; onClose(): void; children: ReactNode }) {
  const id = useId();
  return (
    <aside className={styles.peek} aria-labelledby={id}>
      <div className={styles.peekHead}>
        <h2 id={id}>{title}</h2>
        <CloseButton size="sm" aria-label="Close preview" onClick={onClose} />
      </div>
      <div className={styles.peekBody}>{children}</div>
    </aside>
  );
}
