/** Access, renewal and permissions of a subscription. */
import { useNow } from "../../clock.ts";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { Ago, LocalDate, DaysUntil, DayText, useIsOver } from "../../components/time.tsx";
import type { Subscription } from "../../trpc.ts";
import { accessLabels } from "../../text/labels.ts";
import { refundAfterCancellation } from "./consequences.ts";
import { notReported } from "./not-reported.tsx";
import * as styles from "./subscription.module.css";

const customerOperationLabels = new Map([
  ["Update", "change plan and seats"],
  ["Delete", "cancel"],
]);

/** Access, renewal and permissions. */
export function StatusFacts({ subscription }: { subscription: Subscription }) {
  const { access, accessReason, autoRenews, isFreeTrial, status, termEndsOn, allowedCustomerOperations } = subscription;
  const isTermOver = useIsOver(termEndsOn);
  const now = useNow(15_000);
  const isEnded = status === "Unsubscribed";
  const allowed = allowedCustomerOperations
    .filter((operation) => operation !== "Read")
    .map((operation) => customerOperationLabels.get(operation) ?? operation);
  const isUnpaid = status === "Suspended";
  return (
    <DetailsList title="Status">
      <DetailsItem label="Access">
        {accessLabels[access].label}
        {access === "full" && <span className={`${styles.factMore} dim`}>{accessReason}</span>}
      </DetailsItem>
      {!isEnded && (
        <DetailsItem label={isFreeTrial ? "Trial" : "Renewal"}>
          {isFreeTrial ? "Free trial, " : ""}
          {autoRenews === null
            ? notReported
            : autoRenews
              ? isFreeTrial
                ? "then paid"
                : "Auto-renews"
              : "Ends with the term"}
          {termEndsOn && status !== "PendingFulfillmentStart" && (
            <span className="dim">
              , {isTermOver && "term ended "}
              <DayText day={termEndsOn} /> (<DaysUntil day={termEndsOn} />)
            </span>
          )}
        </DetailsItem>
      )}
      {!isEnded && <DetailsItem label="If canceled">{refundAfterCancellation(subscription, now).short}</DetailsItem>}
      {!isEnded && (
        <DetailsItem label="Customer can">
          {allowedCustomerOperations.length === 0
            ? notReported
            : allowed.length > 0
              ? allowed.join(", ")
              : "Managed by the reseller; read-only for the customer"}
        </DetailsItem>
      )}
      <DetailsItem label={isUnpaid ? "Unpaid since" : "Status since"}>
        <LocalDate at={subscription.statusSince} />{" "}
        <span className="dim">
          (<Ago at={subscription.statusSince} />)
        </span>
      </DetailsItem>
    </DetailsList>
  );
}
