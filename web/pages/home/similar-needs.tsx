import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, Suspense, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { TimeLeft } from "../../components/time.tsx";
import { announce } from "../../shell/announcement.ts";
import { messageOf } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";
import { client, trpc } from "../../trpc.ts";
import type { NeedAction } from "../../../shared/views/needs.ts";
import type { NeedDialog } from "./need-dialog.ts";
import { allDoneText, doAll } from "./do-all.ts";
import { useRenderedCount } from "./use-rendered-count.ts";
import { followUpOf, today, useMayAct } from "./need-actions.tsx";
import type { ListedNeed } from "./recently-resolved.ts";
import * as styles from "./home.module.css";

const BulkDialog = lazyPart(() => import("../subscriptions/bulk-dialog.tsx"), "BulkDialog");

/** The actions that mark a need as dealt with. */
const isAcknowledging = (action: NeedAction) => action === "onboarded" || action === "done";

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
  const queryClient = useQueryClient();
  const waiting = group.filter(({ resolved }) => resolved === null).map(({ need }) => need);
  const snoozable = waiting.filter(({ snoozableUntil, snooze }) => snoozableUntil !== null && snooze === null);
  const owners = new Map(
    waiting.flatMap(({ subscriptionId, owner }) =>
      subscriptionId === null ? [] : [[subscriptionId, owner?.id ?? null] as const],
    ),
  );
  const subscriptions = [...owners.keys()];
  const assign = useMutation({
    // The needs when the button was pressed: the group shrinks while they are processed.
    mutationFn: (before: [subscriptionId: string, owner: string | null][]) =>
      doAll(before, ([subscriptionId]) => client.subscriptions.assignOwner.mutate({ subscriptionId, owner: "me" })),
    onSuccess: (all, before) =>
      announce(allDoneText(all, "subscription", "assigned to you"), () =>
        doAll(before, ([subscriptionId, owner]) =>
          client.subscriptions.assignOwner.mutate({ subscriptionId, owner, seenOwner: "me" }),
        ).then((undone) => allDoneText(undone, "subscription", "assigned as before")),
      ),
    onError: (error) => announce(messageOf(error, true)),
    onSettled: () => queryClient.invalidateQueries(trpc.needs.list.pathFilter()),
  });
  const done = waiting.flatMap((need) => {
    const { subscriptionId, actions } = need;
    return subscriptionId !== null && actions.some(isAcknowledging)
      ? { subscriptionId, actions, seenOn: followUpOf(need) }
      : [];
  });
  const acknowledge = useMutation({
    mutationFn: (items: typeof done) =>
      doAll(items, ({ subscriptionId, actions, seenOn }) =>
        actions.includes("onboarded")
          ? client.subscriptions.markOnboarded.mutate({ subscriptionId })
          : client.subscriptions.setFollowUp.mutate({ subscriptionId, on: null, seenOn }),
      ),
    onSuccess: (all, items) =>
      announce(allDoneText(all, "item", "done"), () =>
        doAll(items, ({ subscriptionId, actions }) =>
          actions.includes("onboarded")
            ? client.subscriptions.undoOnboarded.mutate({ subscriptionId })
            : client.subscriptions.setFollowUp.mutate({ subscriptionId, on: today(), seenOn: null }),
        ).then((undone) => allDoneText(undone, "item", "waiting again")),
      ),
    onError: (error) => announce(messageOf(error, true)),
    onSettled: () => queryClient.invalidateQueries(trpc.needs.list.pathFilter()),
  });
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
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => open({ dialog: "try-again", operationIds: failed })}
              >
                Try all again…<span className="sr-only"> {what}</span>
              </Button>
            )}
            {done.length > 0 && (
              <Button
                variant="default"
                size="compact-sm"
                loading={acknowledge.isPending}
                onClick={() => acknowledge.mutate(done)}
              >
                {done[0]?.actions.includes("onboarded") ? "Mark all as onboarded" : "Mark all as done"}
                <span className="sr-only"> {what}</span>
              </Button>
            )}
            {first && (
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => open({ dialog: "snooze", need: first, others: snoozable.slice(1) })}
              >
                Snooze all…<span className="sr-only"> {what}</span>
              </Button>
            )}
            {subscriptions.length > 0 && (
              <Button
                variant="default"
                size="compact-sm"
                loading={assign.isPending}
                onClick={() => assign.mutate([...owners])}
              >
                Assign all to me<span className="sr-only"> {what}</span>
              </Button>
            )}
            {canWrite && (
              <Button ref={writeButton} variant="default" size="compact-sm" onClick={() => setWriting(true)}>
                Write to all…<span className="sr-only"> {what}</span>
              </Button>
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

function Lines({ group, children }: Pick<Props, "group" | "children">) {
  const drawn = useRenderedCount(group.length);
  return (
    <>
      <ul className={styles.needs}>{children(group.slice(0, drawn))}</ul>
      <p role="status">{drawn < group.length && "Loading…"}</p>
    </>
  );
}
