import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { announce } from "../shell/announce.tsx";
import { shortenId } from "../text/format.ts";

/** An id, shortened in the middle; the whole of it in the tooltip, and copied with one click. */
export function ShortId({
  id,
  of,
  isWhole = false,
}: {
  id: string;
  /** What it identifies. */ of: string;
  isWhole?: boolean;
}) {
  const [isCopied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(id);
      setCopied(true);
      announce(`Copied the id of the ${of}.`);
      setTimeout(() => setCopied(false), 1_500);
    } catch {
      announce("The browser did not allow copying. Select the text and copy it by hand.");
    }
  }
  return (
    <span className="short-id">
      <code title={id}>{isWhole ? id : shortenId(id)}</code>
      <button type="button" className="icon-button" aria-label={`Copy the id of the ${of}`} onClick={() => void copy()}>
        {isCopied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      </button>
    </span>
  );
}
