import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { announce } from "../shell/announcement.ts";
import { capitalize, shortenId } from "../text/format.ts";
import * as buttonStyles from "./button.module.css";
import * as styles from "./short-id.module.css";

/** An id, shortened in the middle, with the whole id in the tooltip and a copy button. */
export function ShortId({
  id,
  of,
  isWhole = false,
}: {
  id: string;
  /** The kind of thing that the id identifies. */ of: string;
  isWhole?: boolean;
}) {
  const [isCopied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(id);
      setCopied(true);
      announce(`${capitalize(of)} ID copied`);
      setTimeout(() => setCopied(false), 1_500);
    } catch {
      announce("The browser blocked copying. Select the text and copy it manually.");
    }
  }
  return (
    <span className={styles.shortId}>
      <code title={id}>{isWhole ? id : shortenId(id)}</code>
      <button type="button" className={buttonStyles.icon} aria-label={`Copy ${of} ID`} onClick={() => void copy()}>
        {isCopied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      </button>
    </span>
  );
}
