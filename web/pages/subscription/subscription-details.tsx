import type { Subscription } from "../../trpc.ts";
import { CustomerFacts } from "./customer-facts.tsx";
import { PurchaseFacts } from "./purchase-facts.tsx";
import { StatusFacts } from "./status-facts.tsx";
import * as detailsListStyles from "../../components/details-list.module.css";

/** Customer, purchase and status, in three cards. */
export function SubscriptionDetails({ subscription }: { subscription: Subscription }) {
  return (
    <div className={detailsListStyles.factsRow}>
      <CustomerFacts subscription={subscription} />
      <PurchaseFacts subscription={subscription} />
      <StatusFacts subscription={subscription} />
    </div>
  );
}
