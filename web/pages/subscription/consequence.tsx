import { IconAlertTriangle } from "@tabler/icons-react";
import type { Consequences } from "./consequences.ts";
import * as styles from "./subscription.module.css";

/** The consequences of an action, by heading. */
export function Consequence({ of, warning = null }: { of: Consequences; warning?: string | null }) {
  const parts = [
    { name: "What happens", sentences: of.happens },
    { name: "Billing", sentences: of.billing },
    { name: "Who is notified", sentences: of.notified },
  ];
  return (
    <>
      <dl className={styles.consequences}>
        {parts
          .filter(({ sentences }) => sentences.length > 0)
          .map(({ name, sentences }) => (
            <div key={name}>
              <dt>{name}</dt>
              {sentences.map((sentence) => (
                <dd key={sentence}>{sentence}</dd>
              ))}
            </div>
          ))}
      </dl>
      {warning && (
        <p className={styles.consequenceWarning} role="note">
          <IconAlertTriangle size={16} aria-hidden />
          <span>{warning}</span>
        </p>
      )}
    </>
  );
}
