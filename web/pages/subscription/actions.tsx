import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Button } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { StaffAction } from "../../../shared/lifecycle.ts";
import { announce } from "../../shell/announce.tsx";
import { Dropdown } from "../../components/dropdown.tsx";
import { Dot } from "../../components/status.tsx";
import type { Subscription } from "../../trpc.ts";
import { accessLabels, actionLabels, statusLabels } from "../../text/labels.ts";
import { useActionDialog } from "./use-action-dialog.tsx";

const route = getRouteApi("/subscriptions/$id");

/**
 * The actions that are possible now, and why the others are not. The row sticks to the top while scrolling,
 * together with the subscription's name and status.
 */
export function Actions({ subscription }: { subscription: Subscription }) {
  const { open, dialog } = useActionDialog(subscription);
  const { mark, isPinned } = useIsPinned();
  useAskedAction(subscription, open);
  const { status, access, name, actions } = subscription;
  const possible = actions.filter(({ isPossible }) => isPossible);
  const others = actions.filter(({ isPossible }) => !isPossible);
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
          {possible.map(({ action }) => (
            <Button
              key={action}
              variant={action === "activate" ? "filled" : "default"}
              className={action === "cancel" ? "danger" : undefined}
              size="xs"
              onClick={() => open(action)}
            >
              {actionLabels[action]}
            </Button>
          ))}
          {others.length > 0 && (
            <Dropdown label={possible.length > 0 ? "More" : "Actions"} title="Actions that are not available now">
              <dl className="actions-others">
                {others.map(({ action, whyNot }) => (
                  <div key={action}>
                    <dt>{actionLabels[action]}</dt>
                    <dd>{whyNot ?? "This action is not available now."}</dd>
                  </div>
                ))}
              </dl>
            </Dropdown>
          )}
        </div>
      </div>
      {dialog}
    </>
  );
}

/** Opens the dialog that the URL asks for, or says why it cannot be opened. The URL then forgets it. */
function useAskedAction({ name, actions }: Subscription, open: (action: StaffAction) => void): void {
  const { act } = route.useSearch();
  const navigate = useNavigate();
  const answer = useEffectEvent((asked: string) => {
    void navigate({ to: ".", search: (before) => ({ ...before, act: undefined }), replace: true });
    const found = actions.find(({ action }) => action === asked);
    if (found?.isPossible) open(found.action);
    else if (found) announce(`${name}: ${found.whyNot ?? "This action is not available now."}`);
  });
  useEffect(() => {
    if (act !== undefined) answer(act);
  }, [act]);
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
