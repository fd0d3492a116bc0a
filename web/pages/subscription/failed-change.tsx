import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { OperationView } from "../../../shared/views/operations.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import { operationTitle } from "../../text/labels.ts";
import { CopyTicket } from "./copy-ticket.tsx";
import { retryActionOf } from "./recent-failure.ts";
import { useActionDialog } from "./use-action-dialog.tsx";
import * as buttonStyles from "../../components/button.module.css";
import * as styles from "./subscription.module.css";

const hiddenKey = (personId: string | undefined, id: string) => `marketdesk.failure-hidden.${personId}.${id}`;

/** A failed change: Microsoft's message, the data for a support ticket, and a retry button. */
export function FailedChange({ operation, subscription }: { operation: OperationView; subscription: Subscription }) {
  const { open, dialog } = useActionDialog(subscription);
  const { data: me } = useQuery(trpc.me.get.queryOptions());
  const key = hiddenKey(me?.id, operation.id);
  const [isHidden, setHidden] = useState(() => sessionStorage.getItem(key) !== null);
  const action = retryActionOf(operation);
  const availability = subscription.actions.find((one) => one.action === action);
  if (isHidden) return null;

  return (
    <section className={styles.failure} aria-label="Failed change">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <p>
          <Link to="/operations/$id" params={{ id: operation.id }}>
            <strong>{operationTitle(operation)}</strong>
          </Link>{" "}
          {operation.outcome === "conflict" ? "was superseded" : "failed"},{" "}
          <Ago at={operation.settledAt ?? operation.updatedAt} />. The subscription is unchanged.
        </p>
        {operation.lastError && <blockquote>{operation.lastError}</blockquote>}
        <p className={`${styles.failureIds} dim`}>
          {operation.marketplaceId && (
            <span>
              Microsoft operation ID <ShortId id={operation.marketplaceId} of="operation at Microsoft" />
            </span>
          )}
          <CopyTicket operationId={operation.id} />
          {action && (
            <GuardedButton
              variant="default"
              size="compact-sm"
              blockedReason={
                availability?.isPossible ? null : (availability?.blockedReason ?? "This action is not available now.")
              }
              onClick={() =>
                open(action, { planId: operation.planId ?? undefined, quantity: operation.quantity ?? undefined })
              }
            >
              Try again
            </GuardedButton>
          )}
        </p>
      </div>
      <button
        type="button"
        className={buttonStyles.icon}
        aria-label="Hide"
        onClick={() => {
          sessionStorage.setItem(key, "1");
          setHidden(true);
        }}
      >
        <IconX size={16} aria-hidden />
      </button>
      {dialog}
    </section>
  );
}
