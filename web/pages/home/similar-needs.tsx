import { type ComponentProps, type ReactNode, Suspense, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { TimeLeft } from "../../components/time.tsx";
import { countOf } from "../../text/format.ts";
import { useAcknowledgeAll, useAssignAll } from "./change-group.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { useMayAct } from "./need-actions.tsx";
import type { ListedNeed } from "./recently-resolved.ts";
import { useRenderedCount } from "./use-rendered-count.ts";
import * as styles from "./home.module.css";

const BulkDialog = lazyPart(() => import("../subscriptions/bulk-dialog.tsx"), "BulkDialog");

type Props = {
  group: ListedNeed[];
  open(next: NeedDialog): void;
  /** The lines of these needs. */
  children(shown: ListedNeed[]): ReactNode;
};

/**
 * Needs of one kind and cause as one line that expands, with actions on all of them. Only an expanded line renders its needs: hundreds that
 * no one looks at would slow down the page and its updates.
 */
export function SimilarNeeds({ group, open, children }: Props) {
  const mayAct = useMayAct();
  const waiting = group.filter(({ resolved }) => resolved === null).map(({ need }) => need);
  const snoozable = waiting.filter(({ snoozableUntil, snooze }) => snoozableUntil !== null && snooze === null);
  const { subscriptions, isAssigning, assign } = useAssignAll(waiting);
  const { done, isAcknowledging, acknowledge } = useAcknowledgeAll(waiting);
  const failed = waiting.flatMap(({ operationId, actions }) =>
    operationId !== null && actions.some((action) => action === "retry" || action === "replay") ? operationId : [],
  );
  const canWrite = waiting.some(({ actions }) => actions.includes("write"));
  const writeButton = useRef<HTMLButtonElement>(null);
  const [isWriting, setWriting] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [first] = snoozable;
  const what = group[0]?.need.what ?? "";
  const urgent = waiting.find(({ deadline, windowMs }) => deadline !== null && windowMs !== null);
  return (
    <li className={styles.needGroup}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary data-row>
          <strong>{countOf(waiting.length, "item")}</strong> · {what}
          {urgent?.deadline && urgent.windowMs !== null && (
            <>
              {" · "}
              <TimeLeft until={urgent.deadline} windowMs={urgent.windowMs} />
            </>
          )}
        </summary>
        {mayAct && (
          <div className={styles.needGroupButtons}>
            {failed.length > 0 && (
              <GroupButton what={what} onClick={() => open({ dialog: "try-again", operationIds: failed })}>
                Try all again…
              </GroupButton>
            )}
            {done.length > 0 && (
              <GroupButton what={what} loading={isAcknowledging} onClick={acknowledge}>
                {done[0]?.actions.includes("onboarded") ? "Mark all as onboarded" : "Mark all as done"}
              </GroupButton>
            )}
            {first && (
              <GroupButton
                what={what}
                onClick={() => open({ dialog: "snooze", need: first, others: snoozable.slice(1) })}
              >
                Snooze all…
              </GroupButton>
            )}
            {subscriptions.length > 0 && (
              <GroupButton what={what} loading={isAssigning} onClick={assign}>
                Assign all to me
              </GroupButton>
            )}
            {canWrite && (
              <GroupButton what={what} ref={writeButton} onClick={() => setWriting(true)}>
                Write to all…
              </GroupButton>
            )}
          </div>
        )}
        {isOpen && <Lines group={group}>{children}</Lines>}
      </details>
      {isWriting && (
        <Suspense>
          <BulkDialog
            kind="write"
            count={subscriptions.length}
            target={{ ids: subscriptions }}
            template={null}
            onClose={() => {
              setWriting(false);
              requestAnimationFrame(() => writeButton.current?.focus());
            }}
          />
        </Suspense>
      )}
    </li>
  );
}

function GroupButton({ what, children, ...props }: ComponentProps<typeof Button> & { what: string }) {
  return (
    <Button variant="default" size="compact-sm" {...props}>
      {children}
      <span className="sr-only"> {what}</span>
    </Button>
  );
}

function Lines({ group, children }: Pick<Props, "group" | "children">) {
  const drawn = useRenderedCount(group.length);
  return (
    <>
      <ul className={styles.needs}>{children(group.slice(0, drawn))}</ul>
      <p role="status">{drawn < group.length && "Loading…"}</p>
    </>
  );
}
