import { Suspense, useEffect, useRef } from "react";
import { announce } from "../../shell/announce.tsx";
import { useNow } from "../../clock.ts";
import { isAnswerable } from "../../components/is-answerable.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { OperationItem } from "../../components/operation-line.tsx";
import type { Subscription } from "../../trpc.ts";
import { operationState, operationTitle } from "../../text/labels.ts";
import { recentFailure } from "./recent-failure.ts";
import * as styles from "./subscription.module.css";

// Loaded on demand: most subscriptions need neither.
const AnswerOperation = lazyPart(() => import("../../components/answer-operation.tsx"), "AnswerOperation");
const FailedChange = lazyPart(() => import("./failed-change.tsx"), "FailedChange");

/** Open operations, and the latest failed one until another succeeds. */
export function OpenOperations({ subscription }: { subscription: Subscription }) {
  useEndAnnounced(subscription);
  const now = useNow(15_000);
  const open = subscription.operations.filter(({ settledAt }) => settledAt === null);
  const failed = recentFailure(subscription.operations, now);
  return (
    <>
      {open.length > 0 && (
        <section className={styles.openOperations} aria-label="Open operations">
          <h2>Open operations</h2>
          <ul>
            {open.map((operation) => (
              <OperationItem key={operation.id} operation={operation}>
                <Suspense>{isAnswerable(operation) && <AnswerOperation operation={operation} />}</Suspense>
              </OperationItem>
            ))}
          </ul>
        </section>
      )}
      <Suspense>{failed && <FailedChange key={failed.id} operation={failed} subscription={subscription} />}</Suspense>
    </>
  );
}

/** Announces the outcome of an operation that was open before. */
function useEndAnnounced({ operations }: Subscription) {
  const wasOpen = useRef(new Set<string>());
  useEffect(() => {
    for (const operation of operations) {
      if (operation.settledAt === null) wasOpen.current.add(operation.id);
      else if (wasOpen.current.delete(operation.id)) {
        announce(`${operationTitle(operation)}: ${operationState(operation).label}.`);
      }
    }
  }, [operations]);
}
