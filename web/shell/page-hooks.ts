/** Hooks of the frame: the signed-in person, navigation, and forms that are sending. */
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { announce } from "./announcement.ts";
import { setSender } from "../sending/send.ts";
import { isPageLocked, isSending } from "../sending/in-flight.ts";
import { endFreshSignIn } from "../fresh-sign-in.ts";

/**
 * Changes are sent in the name of the person that the page shows as signed in.
 * @returns how often another person has signed in on this tab: the key that resets the page's state
 */
export function useSender(me: { id: string; name: string } | undefined): number {
  const former = useRef<string>(undefined);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (!me) return;
    if (former.current !== undefined && former.current !== me.id) {
      announce(`You are now signed in as ${me.name}.`);
      endFreshSignIn();
      setChanges((count) => count + 1);
    }
    former.current = me.id;
    setSender(me.id);
  }, [me]);
  return changes;
}

/** Blocks navigation until the answer to a sent form has arrived. */
export function useLockedPage() {
  const { history } = useRouter();
  useEffect(
    () =>
      history.block({
        blockerFn() {
          if (isPageLocked()) announce("Your change is still being sent. Wait before you leave this page.");
          return isPageLocked();
        },
        enableBeforeUnload: isSending,
      }),
    [history],
  );
}

/** Moves the focus to the content after navigation, for keyboard and screen reader users. */
export function useFocusOnNewPage() {
  const router = useRouter();
  const content = useRef<HTMLElement>(null);
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        // Keep the focus in the search field while the person is typing, and on the row that they come back to.
        if (document.activeElement?.closest("[role=search],tr")) return;
        const heading = content.current?.querySelector<HTMLElement>("h1[tabindex]");
        (heading ?? content.current)?.focus({ preventScroll: true });
      }),
    [router],
  );
  return content;
}
