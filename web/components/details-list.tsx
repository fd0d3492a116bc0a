import type { ReactNode } from "react";

/** A card of labeled values. */
export function DetailsList({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="facts">
      <h2>{title}</h2>
      <dl>{children}</dl>
    </section>
  );
}

export function DetailsItem({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
