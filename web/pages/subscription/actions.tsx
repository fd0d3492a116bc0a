import { useEffect, useRef, useState } from "react";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Dot } from "../../components/status.tsx";
import type { Subscription } from "../../trpc.ts";
import { accessLabels, actionLabels, statusLabels } from "../../text/labels.ts";
import { useActionDialog } from "./use-action-dialog.tsx";

/**
 * The actions on a subscription. An unavailable action is disabled and says why. The row sticks to the top while scrolling,
 * together with the subscription's name and status.
 */
export function Actions({ subscription }: { subscription: Subscription }) {
  const { open, dialog } = useActionDialog(subscription);
  const { mark, isPinned } = useIsPinned();
  const { status, access, name } = subscription;
  return (
    <>
      <div ref={mark} />
      <div className="actions" data-pinned={isPinned || undefined}>
        {isPinned && (
          // Screen readers have the heading for this.
          <p className="actions-of" aria-hidden>
            <strong>{name}</strong>
            <Dot tone={statusLabels[status].tone}>{statusLabels[status].short}</Dot>
            <Dot tone={accessLabels[access].tone}>{accessLabels[access].label}</Dot>
          </p>
        )}
        <div className="actions-row" role="group" aria-label="Actions">
          {subscription.actions.map(({ action, isPossible, whyNot }) => (
            <GuardedButton
              key={action}
              variant={action === "activate" && isPossible ? "filled" : "default"}
              className={action === "cancel" && isPossible ? "danger" : undefined}
              size="xs"
              whyNot={isPossible ? null : (whyNot ?? "This action is not available now.")}
              onClick={() => open(action)}
            >
              {actionLabels[action]}
            </GuardedButton>
          ))}
        </div>
      </div>
      {dialog}
    </>
  );
}

/** Whether the page is scrolled past the mark. */
function useIsPinned() {
  const mark = useRef<HTMLDivElement>(null);
  const [isPinned, setIsPinned] = useState(false);
  useEffect(() => {
    const element = mark.current;
    if (!element) return;
    // The height of the bars at the top of the window.
    const observer = new IntersectionObserver(
      ([entry]) => entry && setIsPinned(!entry.isIntersecting && entry.boundingClientRect.top < 200),
      { rootMargin: "-84px 0px 0px 0px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { mark, isPinned };
}
