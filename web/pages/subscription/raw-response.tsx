import { RawText } from "../../components/raw-text.tsx";
import * as styles from "./subscription.module.css";

/** Microsoft's latest response about the subscription, collapsed. */
export function RawResponse({ raw }: { raw: unknown }) {
  return (
    <details className={styles.rawAnswer}>
      <summary>Raw response from Microsoft</summary>
      <RawText
        text={raw === null || raw === undefined ? "No response yet." : JSON.stringify(raw, null, 2)}
        label="Microsoft's response"
      />
    </details>
  );
}
