import { useEffect, useRef, useState } from "react";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Dot } from "../../components/status.tsx";
import type { Subscription } from "../../trpc.ts";
import { accessLabels, actionLabels, statusLabels } from "../../text/labels.ts";
import { useActionDialog } from "./use-action-dialog.tsx";

/**
 * What staff can do to the subscription. An action that is not possible now stays in its place and says why. The row stays in
 * sight while the rest of the page goes by, with what it is about.
 */
export function Actions({ subscription }: { subscription: Subscription }) {
  const { open, dialog } = useActionDialog(subscription);
  const { mark, isExpired } = useIsExpired();
  const { status, access, name } = subscription;
  return (
    <>
      <div ref={mark} />
      <div className="actions" data-past={isExpired || undefined}>
        {isExpired && (
          // The heading says the same to those who listen.
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
              whyNot={isPossible ? null : (whyNot ?? "This is not possible now.")}
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

/** Whether the page has been scrolled past the mark. */
function useIsExpired() {
  const mark = useRef<HTMLDivElement>(null);
  const [isExpired, setExpired] = useState(false);
  useEffect(() => {
    const element = mark.current;
    if (!element) return;
    // The bars at the top of the desk cover so much of the window.
    const observer = new IntersectionObserver(
      ([entry]) => entry && setExpired(!entry.isIntersecting && entry.boundingClientRect.top < 200),
      { rootMargin: "-84px 0px 0px 0px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { mark, isExpired };
}
