/** Compares the subscription at Microsoft, in Marketdesk and in the publisher's product, and offers the safe fix. */
import { Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconClock } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { TruthView } from "../../../shared/views/truth.ts";
import { announce } from "../../shell/announce.tsx";
import { useNow } from "../../clock.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { formatDuration } from "../../text/format.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import type { Subscription } from "../../trpc.ts";
import { operationTitle } from "../../text/labels.ts";
import { RawResponse } from "./raw-response.tsx";
import { type Cell, isAllInSync, syncStatusRows } from "./sync-status-rows.ts";
import * as styles from "./sync-status-card.module.css";

export function SyncStatusCard({ subscription }: { subscription: Subscription }) {
  const truth = useQuery(trpc.truth.get.queryOptions({ id: subscription.id }));
  return (
    <section className={styles.comparison} aria-labelledby="truth-title">
      <h2 id="truth-title">Sync status</h2>
      {truth.error && !truth.data ? (
        <Problem error={truth.error} onRetry={() => void truth.refetch()} />
      ) : truth.data ? (
        <>
          {isAllInSync(subscription, truth.data) ? (
            <details className={styles.inSync}>
              <summary>
                <IconCheck size={15} aria-hidden />
                <span>
                  In sync with Microsoft{truth.data.product && " and your product"}, read{" "}
                  <Ago at={truth.data.microsoft.readAt} />
                </span>
              </summary>
              <Sides subscription={subscription} truth={truth.data} />
            </details>
          ) : (
            <Sides subscription={subscription} truth={truth.data} />
          )}
          <RequestedChanges subscription={subscription} />
          <ProductNote truth={truth.data} />
          <div className={styles.comparisonButtons}>
            {(truth.data.microsoft.differences.length > 0 || truth.data.microsoft.missingSince !== null) && (
              <RefreshFromMicrosoft id={subscription.id} />
            )}
            {truth.data.product && <AskProduct id={subscription.id} truth={truth.data} />}
          </div>
        </>
      ) : (
        <Skeleton height={236} />
      )}
      <RawResponse raw={subscription.raw} />
    </section>
  );
}

type SidesProps = { subscription: Subscription; truth: TruthView };

function Sides({ subscription, truth }: SidesProps) {
  const { microsoft, product } = truth;
  const confirmation = product?.confirmation;
  return (
    <table className={styles.comparisonTable}>
      <thead>
        <tr>
          <td />
          <th scope="col">Microsoft</th>
          <th scope="col">Marketdesk</th>
          {product && <th scope="col">Product</th>}
        </tr>
      </thead>
      <tbody>
        {syncStatusRows(subscription, truth).map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <Value cell={row.microsoft} />
            <td>{row.marketdesk}</td>
            {product && <Value cell={row.product} />}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">As of</th>
          <td>
            {microsoft.missingSince ? (
              <Mark tone="warn" label="unknown there">
                since <Ago at={microsoft.missingSince} />
              </Mark>
            ) : (
              <>
                read <Ago at={microsoft.readAt} />
              </>
            )}
          </td>
          <td>
            changed <Ago at={subscription.updatedAt} />
          </td>
          {product && (
            <td>
              {confirmation ? (
                <>
                  confirmed <Ago at={confirmation.confirmedAt} /> with the key “{confirmation.byName}”
                  {confirmation.reference && (
                    <>
                      , as <code>{confirmation.reference}</code>
                    </>
                  )}
                  {confirmation.evidence && <span className="dim">: “{confirmation.evidence}”</span>}
                </>
              ) : (
                "not confirmed yet"
              )}
            </td>
          )}
        </tr>
      </tfoot>
    </table>
  );
}

function Value({ cell }: { cell: Cell }) {
  if (cell === null) return <td className="dim">–</td>;
  if (cell.comparison === "alone") return <td>{cell.text}</td>;
  return (
    <td data-differs={cell.comparison === "other" || undefined}>
      {cell.comparison === "same" ? (
        <span className={styles.comparisonSame}>
          <IconCheck size={15} aria-hidden />
          <span className="sr-only">In sync: </span>
          {cell.text}
        </span>
      ) : (
        <Mark tone="warn" label="differs">
          {cell.text}
        </Mark>
      )}
    </td>
  );
}

function Mark({ tone, label, children }: { tone: "warn"; label: string; children: ReactNode }) {
  return (
    <span className={styles.comparisonMark} data-tone={tone}>
      <IconAlertTriangle size={15} aria-hidden />
      <span>
        {children} <strong>{label}</strong>
      </span>
    </span>
  );
}

/** Changes that were requested from Microsoft and are not complete. */
function RequestedChanges({ subscription }: { subscription: Subscription }) {
  const open = subscription.operations.filter(({ stage, source }) => stage !== "settled" && source === "Partner");
  if (open.length === 0) return null;
  return (
    <p className={styles.comparisonNote}>
      <IconClock size={15} aria-hidden />
      <span>
        Requested from Microsoft:{" "}
        {open.map((operation, index) => (
          <span key={operation.id}>
            {index > 0 && ", "}
            <Link to="/operations/$id" params={{ id: operation.id }}>
              {operationTitle(operation)}
            </Link>
          </span>
        ))}
        . Compared once the change is complete.
      </span>
    </p>
  );
}

/** The state of the product, as a sentence. */
function ProductNote({ truth }: { truth: TruthView }) {
  const now = useNow(15_000);
  const me = useQuery(trpc.me.get.queryOptions());
  const { product, waitsForProductSince } = truth;
  const durationSince = (since: string) => formatDuration(Math.max(0, now - Date.parse(since)));
  if (product === null) {
    const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
    return (
      <p className={`${styles.comparisonNote} dim`}>
        <span>
          Connect your product with an API key to compare it too: it receives all changes and confirms what it has set
          up.{" "}
          {isAdmin ? <Link to="/settings/api-keys">Create an API key</Link> : "An admin can create one under Settings."}
        </span>
      </p>
    );
  }
  const { confirmation, askedAt, hasKey, lastCalledAt } = product;
  const contact = !hasKey
    ? "No active API key, so the product cannot confirm changes."
    : lastCalledAt === null
      ? "The product has not connected yet."
      : null;
  const state =
    waitsForProductSince !== null
      ? `The activation has been waiting for the product for ${durationSince(waitsForProductSince)}. It continues when the product confirms plan, seats and full access.`
      : confirmation?.differsSince
        ? `Product out of sync for ${durationSince(confirmation.differsSince)}.`
        : confirmation === null
          ? "The product has not confirmed this subscription yet. This is not necessarily a problem."
          : null;
  if (state === null && contact === null) return null;
  return (
    <p className={styles.comparisonNote}>
      <IconClock size={15} aria-hidden />
      <span>
        {state} {contact}
        {hasKey && lastCalledAt && (
          <>
            {" "}
            Last call <Ago at={lastCalledAt} />.
          </>
        )}
        {askedAt && (
          <>
            {" "}
            Resync requested <Ago at={askedAt} />.
          </>
        )}
      </span>
    </p>
  );
}

function RefreshFromMicrosoft({ id }: { id: string }) {
  const blockedReason = useBlockedReason("You need the Operator role to refresh.");
  const queryClient = useQueryClient();
  const refresh = useMutation(
    trpc.subscriptions.refresh.mutationOptions({
      onSuccess: ({ changed }) => announce(changed ? "Updated from Microsoft" : "Already in sync with Microsoft"),
      onError: (error) => announce(messageOf(error)),
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries(trpc.subscriptions.pathFilter()),
          queryClient.invalidateQueries(trpc.truth.pathFilter()),
        ]),
    }),
  );
  return (
    <GuardedButton
      variant="default"
      size="compact-xs"
      blockedReason={blockedReason}
      loading={refresh.isPending}
      onClick={() => refresh.mutate({ subscriptionId: id })}
    >
      Refresh from Microsoft
    </GuardedButton>
  );
}

function AskProduct({ id, truth: { product, waitsForProductSince } }: { id: string; truth: TruthView }) {
  const blockedReason = useBlockedReason("You need the Operator role to request a resync.");
  const queryClient = useQueryClient();
  const ask = useMutation(
    trpc.truth.askProduct.mutationOptions({
      onSuccess: () => announce("Resync requested. The product receives the request with its next call."),
      onError: (error) => announce(messageOf(error, true)),
      onSettled: () => queryClient.invalidateQueries(trpc.truth.pathFilter()),
    }),
  );
  const isEqual = product?.confirmation !== null && product?.confirmation.differsSince === null;
  if (isEqual && waitsForProductSince === null) return null;
  return (
    <GuardedButton
      variant="default"
      size="compact-xs"
      blockedReason={
        blockedReason ?? (product?.hasKey ? null : "No active API key, so no product would receive the request.")
      }
      loading={ask.isPending}
      onClick={() => ask.mutate({ subscriptionId: id })}
    >
      {product?.askedAt ? "Ask product to resync again" : "Ask product to resync"}
    </GuardedButton>
  );
}

function useBlockedReason(reason: string): string | null {
  const me = useQuery(trpc.me.get.queryOptions());
  return me.data !== undefined && includesRole(me.data.role, "operator") ? null : reason;
}
