import { Group, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { ActivityView } from "../../../shared/views/history.ts";
import { announce } from "../../shell/announce.tsx";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { countOf } from "../../text/format.ts";
import { customerSummary } from "./customer-summary.ts";
import type { Subscription } from "../../trpc.ts";
import * as styles from "./subscription.module.css";

type Props = { subscription: Subscription; entries: ActivityView[]; onClose(): void };

/** Previews the summary before it is copied. */
export function CustomerSummaryDialog({ subscription, entries, onClose }: Props) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [timeZone, setTimeZone] = useState(own);
  const note = customerSummary(entries, { name: subscription.name, timeZone });
  const others = ["UTC", ...Intl.supportedValuesOf("timeZone")].filter((zone) => zone !== own);

  async function copy(text: string, close: () => void) {
    try {
      await navigator.clipboard.writeText(text);
      announce("Summary copied");
      close();
    } catch {
      announce("The browser blocked copying. Select the text and copy it manually.");
    }
  }

  return (
    <Dialog title="Summary for customer" size="lg" onClose={onClose}>
      {(close) => (
        <div className={styles.customerNoteForm}>
          <NativeSelect
            label="Time zone"
            value={timeZone}
            onChange={(event) => setTimeZone(event.currentTarget.value)}
            data={[{ value: own, label: `${own} (yours)` }, ...others]}
          />
          {note === null ? (
            <p>None of the shown entries concern the customer.</p>
          ) : (
            <pre className={styles.customerNote} tabIndex={0} role="region" aria-label="Summary">
              {note}
            </pre>
          )}
          <p className="dim">
            Based on the {countOf(entries.length, "entry", "entries")} shown, without staff names, reasons, notes and
            IDs.
          </p>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Close
            </Button>
            <Button disabled={note === null} onClick={() => note !== null && void copy(note, close)}>
              Copy summary
            </Button>
          </Group>
        </div>
      )}
    </Dialog>
  );
}
