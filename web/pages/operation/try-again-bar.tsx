import { Suspense, useRef, useState } from "react";
import { maxTriedAgain } from "../../../shared/inputs/operations.ts";
import { Button } from "../../components/button.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import type { Selection } from "../../components/table/selection.ts";
import { TryAgainDialog } from "../../components/try-again-dialog.tsx";
import { formatNumber } from "../../text/format.ts";
import * as bulkBarStyles from "../../components/table/bulk-bar.module.css";

/** The actions on all selected operations. */
export function TryAgainBar({ selection }: { selection: Selection }) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<Element>(null);
  const ids = [...selection.ids];
  return (
    <section className={bulkBarStyles.bulkBar} aria-label="Bulk actions" data-shortcut="bulk" tabIndex={-1}>
      <p role="status">
        <strong>{formatNumber(ids.length)} selected</strong>
      </p>
      <GuardedButton
        variant="default"
        size="compact-sm"
        blockedReason={
          ids.length > maxTriedAgain ? `At most ${maxTriedAgain} operations can be tried again together.` : null
        }
        onClick={() => {
          opener.current = document.activeElement;
          setOpen(true);
        }}
      >
        Try again…
      </GuardedButton>
      <Button variant="default" size="compact-sm" onClick={selection.clear}>
        Clear selection
      </Button>
      {isOpen && (
        <Suspense>
          <TryAgainDialog
            operationIds={ids}
            onClose={() => {
              setOpen(false);
              requestAnimationFrame(() => opener.current instanceof HTMLElement && opener.current.focus());
            }}
            onDone={selection.clear}
          />
        </Suspense>
      )}
    </section>
  );
}
