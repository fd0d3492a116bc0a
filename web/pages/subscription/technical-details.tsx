/** Rarely needed facts of a subscription. */
import { DetailsItem } from "../../components/details-list.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Ago } from "../../components/time.tsx";
import type { Subscription } from "../../trpc.ts";
import { notReported } from "./not-reported.tsx";
import * as styles from "./subscription.module.css";

const firstSeenLabels: Record<Subscription["firstSeenBy"], string> = {
  landing: "Landing page",
  webhook: "Webhook",
  reconcile: "Reconciliation",
};

/** Rarely needed facts, collapsed. */
export function TechnicalDetails({ subscription }: { subscription: Subscription }) {
  const { id, publisherId, firstSeenBy, createdAt, updatedAt, testMarks } = subscription;
  return (
    <details className={styles.rawAnswer}>
      <summary>Technical details</summary>
      <dl>
        <DetailsItem label="Subscription">
          <ShortId id={id} of="subscription" isWhole />
        </DetailsItem>
        <DetailsItem label="Publisher">{publisherId ?? notReported}</DetailsItem>
        <DetailsItem label="Discovered">
          {firstSeenLabels[firstSeenBy]}, <Ago at={createdAt} />
        </DetailsItem>
        <DetailsItem label="Last changed">
          <Ago at={updatedAt} />
        </DetailsItem>
        {testMarks.length > 0 && (
          <DetailsItem label="Test purchase">{testMarks.join(", ")}, excluded from all figures</DetailsItem>
        )}
      </dl>
    </details>
  );
}
