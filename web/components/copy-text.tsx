import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { announce } from "../shell/announcement.ts";
import * as buttonStyles from "./button.module.css";

/** A complete id or address with a copy button. */
export function CopyText({ text, of }: { text: string; /** What the text is. */ of: string }) {
  const [isCopied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce(`Copied: ${of}`);
      setTimeout(() => setCopied(false), 1_500);
    } catch {
      announce("The browser blocked copying. Select the text and copy it manually.");
    }
  }
  return (
    <>
      <code>{text}</code>{" "}
      <button type="button" className={buttonStyles.icon} aria-label={`Copy: ${of}`} onClick={() => void copy()}>
        {isCopied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      </button>
    </>
  );
}
