import type { ReactNode } from "react";
import * as styles from "./details-list.module.css";

/** A card of labeled values. */
export function DetailsList({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      <dl>{children}</dl>
    </section>
  );
}

type ItemProps = {
  label: string;
  /** The label is a sentence, which stands above its value. */
  isSentence?: boolean;
  children: ReactNode;
};

export function DetailsItem({ label, isSentence, children }: ItemProps) {
  return (
    <div className={styles.row} data-sentence={isSentence || undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
