import { RawText } from "../../components/raw-text.tsx";

/** Microsoft's latest response about the subscription, collapsed. */
export function RawResponse({ raw }: { raw: unknown }) {
  return (
    <details className="raw-answer">
      <summary>Raw response from Microsoft</summary>
      <RawText
        text={raw === null || raw === undefined ? "No response yet." : JSON.stringify(raw, null, 2)}
        label="Microsoft's response"
      />
    </details>
  );
}
