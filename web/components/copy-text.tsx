import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { announce } from "../shell/announce.tsx";

/** An id or address in full, copied with one click. */
export function CopyText({ text, of }: { text: string; /** What it is. */ of: string }) {
  const [isCopied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce(`Copied: ${of}.`);
      setTimeout(() => setCopied(false), 1_500);
    } catch {
      announce("The browser did not allow copying. Select the text and copy it by hand.");
    }
  }
  return (
    <>
      <code>{text}</code>{" "}
      <button type="button" className="icon-button" aria-label={`Copy: ${of}`} onClick={() => void copy()}>
        {isCopied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      </button>
    </>
  );
}
