import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { WaitingPolicyChanges } from "../../components/waiting-policy-changes.tsx";
import { trpc } from "../../trpc.ts";
import * as pageStyles from "../../components/page.module.css";

// Loaded on demand: the form and its validation are larger than the page.
const PolicyForm = lazyPart(() => import("./policy-form.tsx"), "PolicyForm");

/** Whether a cancellation needs a second person's approval. */
export function CancellationsPage() {
  const policy = useQuery(trpc.cancellations.policy.queryOptions());
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Cancellations"
        note="A cancellation ends a subscription at Microsoft permanently. You can require a second person's approval."
      />
      {policy.error && !policy.data ? (
        <Problem error={policy.error} onRetry={() => void policy.refetch()} />
      ) : !policy.data ? (
        <Skeleton height={200} />
      ) : (
        <>
          <WaitingPolicyChanges policy="cancellation" />
          <Suspense fallback={<Skeleton height={200} />}>
            <PolicyForm policy={policy.data} />
          </Suspense>
        </>
      )}
    </div>
  );
}
