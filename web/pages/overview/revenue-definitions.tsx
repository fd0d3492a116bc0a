/** How revenue is counted, in words. */
import * as styles from "./overview.module.css";

export function RevenueDefinitions() {
  return (
    <details className={styles.definitions}>
      <summary>How revenue is counted</summary>
      <dl>
        <dt>MRR</dt>
        <dd>
          Microsoft’s price for each subscription’s plan, term and market, times its seats, divided by the months of the
          term. Subscribed and Suspended subscriptions count; free trials and test purchases do not, and usage is not
          included. ARR is 12 times the MRR.
        </dd>
        <dt>New, Reactivation, Churn</dt>
        <dd>
          A customer’s first recurring revenue, its return after it had none, and the end of its last subscription. A
          customer is an organization, or a person with a personal account.
        </dd>
        <dt>Expansion, Contraction</dt>
        <dd>
          Recurring revenue gained or lost with a customer who stays: seats, plans, prices, and additional
          subscriptions.
        </dd>
        <dt>Moved</dt>
        <dd>The same revenue on another plan, sales channel or currency.</dd>
        <dt>At risk</dt>
        <dd>
          MRR of subscriptions that Microsoft has suspended because a payment failed, and of those that end with their
          term.
        </dd>
        <dt>Months</dt>
        <dd>In UTC. A subscription that was active before Marketdesk first saw it counts from its purchase.</dd>
      </dl>
    </details>
  );
}
