import { IconUserQuestion } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { CancelRequestView } from "../../../shared/views/cancellations.ts";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { Ago, DateTime } from "../../components/time.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import type { PurchasedPlan } from "./consequences.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as calloutStyles from "../../components/callout.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./subscription.module.css";

const DecideDialog = lazyPart(() => import("./cancel-request-dialog.tsx"), "CancelRequestDialog");

const roleReason = "You need the Operator role for this.";

type Props = { request: CancelRequestView; purchase: PurchasedPlan; name: string };

/** A cancellation request that waits for approval, with the actions of requester and approver. */
export function CancelRequest({ request, purchase, name }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const [verb, setVerb] = useState<"approve" | "decline" | null>(null);
  const opener = useRef<Element>(null);
  const isOperator = me.data !== undefined && includesRole(me.data.role, "operator");
  const blockedReason = !isOperator
    ? roleReason
    : request.isMine
      ? "You requested this cancellation, so someone else has to decide."
      : null;

  function choose(next: "approve" | "decline") {
    opener.current = document.activeElement;
    setVerb(next);
  }

  return (
    <section className={calloutStyles.callout} data-tone="warn" aria-label="Cancellation request">
      <IconUserQuestion size={18} aria-hidden />
      <div className={styles.cancelRequest}>
        <p>
          <strong>Cancellation waiting for approval.</strong> Requested by{" "}
          {request.isMine ? "you" : request.requestedByName} <Ago at={request.requestedAt} />, expires{" "}
          <DateTime at={request.expiresAt} />.
        </p>
        <p className="dim">
          {request.reasonCode && (
            <span className={`${tagStyles.tag} ${styles.requestReason}`}>{request.reasonCode}</span>
          )}
          {request.reason !== request.reasonCode && <> “{request.reason}”</>}
        </p>
        <div className={styles.cancelRequestButtons}>
          <GuardedButton
            size="compact-sm"
            className={buttonStyles.danger}
            variant="default"
            blockedReason={blockedReason}
            onClick={() => choose("approve")}
          >
            Approve
          </GuardedButton>
          <GuardedButton
            variant="default"
            size="compact-sm"
            blockedReason={blockedReason}
            onClick={() => choose("decline")}
          >
            Decline
          </GuardedButton>
          {request.isMine && <WithdrawButton requestId={request.id} isOperator={isOperator} />}
        </div>
      </div>
      {verb && (
        <Suspense>
          <DecideDialog
            key={verb}
            verb={verb}
            request={request}
            purchase={purchase}
            name={name}
            onClose={() => {
              setVerb(null);
              requestAnimationFrame(() => opener.current instanceof HTMLElement && opener.current.focus());
            }}
          />
        </Suspense>
      )}
    </section>
  );
}

function WithdrawButton({ requestId, isOperator }: { requestId: string; isOperator: boolean }) {
  const queryClient = useQueryClient();
  const withdraw = useMutation(
    trpc.cancellations.withdraw.mutationOptions({
      onSuccess: () => announce("Request withdrawn. The subscription was not canceled."),
      onError: (error) => announce(messageOf(error, true)),
      onSettled: () => queryClient.invalidateQueries(trpc.subscriptions.pathFilter()),
    }),
  );
  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      blockedReason={isOperator ? null : roleReason}
      loading={withdraw.isPending}
      onClick={() => withdraw.mutate({ requestId })}
    >
      Withdraw
    </GuardedButton>
  );
}
