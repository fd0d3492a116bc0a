import { RawText } from "../../components/raw-text.tsx";

/** Microsoft's last answer about the subscription, on demand. */
export function RawResponse({ raw }: { raw: unknown }) {
  return (
    <details className="raw-answer">
      <summary>What Microsoft last answered, as it came</summary>
      <RawText
        text={raw === null || raw === undefined ? "Nothing yet." : JSON.stringify(raw, null, 2)}
        label="Microsoft's answer"
      />
    </details>
  );
}
