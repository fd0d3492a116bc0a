import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { StaffAction } from "../../../shared/lifecycle.ts";
import { announce } from "../../shell/announce.tsx";
import { Dropdown } from "../../components/dropdown.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Dot } from "../../components/status.tsx";
import type { Subscription } from "../../trpc.ts";
import { accessLabels, actionLabels, statusLabels } from "../../text/labels.ts";
import { useActionDialog } from "./use-action-dialog.tsx";
import * as buttonStyles from "../../components/button.module.css";
import * as styles from "./subscription.module.css";

const route = getRouteApi("/subscriptions/$id");
const noReason = "This action is not available now.";

/**
 * The actions that are possible now, and why the others are not. The row sticks to the top while scrolling,
 * together with the subscription's name and status.
 */
export function Actions({ subscription }: { subscription: Subscription }) {
  const { open, dialog } = useActionDialog(subscription);
  const { mark, isPinned } = useIsPinned();
  useActionFromUrl(subscription, open);
  const { id, status, access, name, actions } = subscription;
  const shown = useShownActions(id, actions);
  const buttons = actions.filter(({ action }) => shown.has(action));
  const others = actions.filter(({ action }) => !shown.has(action));
  return (
    <>
      <div ref={mark} />
      <div className={styles.actions} data-pinned={isPinned || undefined}>
        {isPinned && (
          // Hidden from screen readers, which read the heading.
          <p className={styles.actionsOf} aria-hidden>
            <strong>{name}</strong>
            <Dot tone={statusLabels[status].tone}>{statusLabels[status].short}</Dot>
            <Dot tone={accessLabels[access].tone}>{accessLabels[access].label}</Dot>
          </p>
        )}
        <div className={styles.actionsRow} role="group" aria-label="Actions">
          {buttons.map(({ action, isPossible, blockedReason }) => (
            <GuardedButton
              key={action}
              variant={action === "activate" && isPossible ? "filled" : "default"}
              className={action === "cancel" && isPossible ? buttonStyles.danger : undefined}
              size="compact-sm"
              blockedReason={isPossible ? null : (blockedReason ?? noReason)}
              onClick={() => open(action)}
            >
              {actionLabels[action]}
            </GuardedButton>
          ))}
          {others.length > 0 && (
            <Dropdown label={buttons.length > 0 ? "More" : "Actions"} title="Actions that are not available now">
              <dl className={styles.actionsOthers}>
                {others.map(({ action, blockedReason }) => (
                  <div key={action}>
                    <dt>{actionLabels[action]}</dt>
                    <dd>{blockedReason ?? noReason}</dd>
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

/**
 * The actions that are buttons: those that were possible since the page was opened. One that becomes impossible stays, with
 * its reason, so that no button moves under the pointer and the focus is not lost.
 */
function useShownActions(id: string, actions: Subscription["actions"]): ReadonlySet<StaffAction> {
  const [known, setKnown] = useState<{ id: string; shown: ReadonlySet<StaffAction> }>({ id, shown: new Set() });
  const before = known.id === id ? known.shown : new Set<StaffAction>();
  const added = actions.filter(({ action, isPossible }) => isPossible && !before.has(action));
  if (known.id === id && added.length === 0) return known.shown;
  const shown = new Set([...before, ...added.map(({ action }) => action)]);
  setKnown({ id, shown });
  return shown;
}

/** Opens the dialog that the URL asks for, or says why it cannot be opened. The URL then forgets it. */
function useActionFromUrl({ name, actions }: Subscription, open: (action: StaffAction) => void): void {
  const { act } = route.useSearch();
  const navigate = useNavigate();
  const answer = useEffectEvent((requested: string) => {
    void navigate({ to: ".", search: (before) => ({ ...before, act: undefined }), replace: true });
    const found = actions.find(({ action }) => action === requested);
    if (found?.isPossible) open(found.action);
    else if (found) announce(`${name}: ${found.blockedReason ?? noReason}`);
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
