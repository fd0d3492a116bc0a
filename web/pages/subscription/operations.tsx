import { useEffect, useRef } from "react";
import { announce } from "../../announce.tsx";
import { useNow } from "../../clock.ts";
import { OperationLine } from "../../components/operation-line.tsx";
import { operationState, operationTitle } from "../../words.ts";
import type { Subscription } from "../../trpc.ts";

/** A settled operation stays in view this long, so that one sees how it ended. */
const stayMs = 2 * 60_000;
/** And at most so many of them: what the subscription is must stay in sight. */
const mostSettled = 2;

/** The operations that are open, and those that ended a moment ago. */
export function Operations({ subscription }: { subscription: Subscription }) {
  const now = useNow(15_000);
  useEndAnnounced(subscription);
  const settled = subscription.operations
    .filter(({ settledAt }) => settledAt !== null && now - Date.parse(settledAt) < stayMs)
    .slice(0, mostSettled);
  const shown = [...subscription.operations.filter(({ settledAt }) => settledAt === null), ...settled];
  const open = shown.filter(({ settledAt }) => settledAt === null).length;
  if (shown.length === 0) return null;
  return (
    <section className="open-operations">
      <h2>{open > 0 ? "Open operations" : "Just settled"}</h2>
      <ul className="operations-list">
        {shown.map((operation) => (
          <OperationLine key={operation.id} operation={operation} />
        ))}
      </ul>
    </section>
  );
}

/** Says how an operation ended that was open a moment ago. */
function useEndAnnounced({ operations }: Subscription) {
  const wasOpen = useRef(new Set<string>());
  useEffect(() => {
    for (const operation of operations) {
      if (operation.settledAt === null) wasOpen.current.add(operation.id);
      else if (wasOpen.current.delete(operation.id)) {
        announce(`${operationTitle(operation)}: ${operationState(operation).word}.`);
      }
    }
  }, [operations]);
}
