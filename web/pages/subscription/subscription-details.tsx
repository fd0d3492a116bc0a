import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { mailto } from "../../../shared/email.ts";
import type { PartyView } from "../../../shared/views/subscriptions.ts";
import { useNow } from "../../clock.ts";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Ago, DateOf, DaysUntil, DayText } from "../../components/time.tsx";
import { termInWords } from "../../../shared/term.ts";
import { countOf, formatNumber, formatPrice } from "../../text/format.ts";
import { formatMoney, moneyStateLabels } from "../../text/money.ts";
import type { Subscription } from "../../trpc.ts";
import { accessLabels } from "../../text/labels.ts";
import { Answers } from "./answers.tsx";
import { refundAfterCancellation } from "./consequences.ts";
import { Siblings } from "./siblings.tsx";
import * as detailsListStyles from "../../components/details-list.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./subscription.module.css";

const firstSeenLabels: Record<Subscription["firstSeenBy"], string> = {
  landing: "Landing page",
  webhook: "Webhook",
  reconcile: "Reconciliation",
};

/** Customer, purchase and status, in three cards. */
export function SubscriptionDetails({ subscription }: { subscription: Subscription }) {
  return (
    <div className={detailsListStyles.factsRow}>
      <Customer subscription={subscription} />
      <Purchase subscription={subscription} />
      <StatusSection subscription={subscription} />
    </div>
  );
}

const none = <span className="dim">not reported</span>;

function Customer({ subscription }: { subscription: Subscription }) {
  const { contact, answers, beneficiary, purchaser, isReseller } = subscription;
  const isSame = purchaser.email === beneficiary.email && purchaser.tenantId === beneficiary.tenantId;
  return (
    <DetailsList title="Customer">
      <DetailsItem label="Customer">
        <CustomerLink customer={subscription.customer} />
        {subscription.customer.others.count > 0 && <Siblings subscriptionId={subscription.id} />}
      </DetailsItem>
      {contact ? (
        <>
          <DetailsItem label="Company">
            <Link to="/customers/$id" params={{ id: subscription.customer.id }}>
              {contact.company}
            </Link>
          </DetailsItem>
          <DetailsItem label="Contact">
            {contact.name}
            <br />
            <a href={mailto(contact.email)}>{contact.email}</a>
            {contact.phone && (
              <>
                <br />
                {contact.phone}
              </>
            )}
          </DetailsItem>
        </>
      ) : (
        <DetailsItem label="Contact">
          <span className="dim">No contact provided yet</span>
        </DetailsItem>
      )}
      <Answers subscriptionId={subscription.id} answers={answers} />
      <DetailsItem label="Beneficiary">
        <Party party={beneficiary} of="beneficiary" customerId={subscription.customer.id} />
      </DetailsItem>
      <DetailsItem label="Purchaser">
        {isReseller && (
          <p>
            <span className={`${tagStyles.tag} ${tagStyles.first}`}>Reseller (CSP)</span>
          </p>
        )}
        {isSame ? (
          <span className="dim">Same as beneficiary</span>
        ) : (
          <Party party={purchaser} of="purchaser" customerId={isReseller ? null : subscription.customer.id} />
        )}
      </DetailsItem>
    </DetailsList>
  );
}

/** The customer, and its other subscriptions. */
function CustomerLink({ customer: { id, name, others } }: Pick<Subscription, "customer">) {
  return (
    <>
      <Link to="/customers/$id" params={{ id }}>
        {name}
      </Link>
      {others.count > 0 && (
        <span className={styles.aside}>
          {others.isMore
            ? `more than ${countOf(others.count, "other subscription")}`
            : countOf(others.count, "other subscription")}
        </span>
      )}
    </>
  );
}

type PartyProps = {
  party: PartyView;
  of: string;
  /** Null: a reseller, who has bought for several customers. */
  customerId: string | null;
};

/** Its address and tenant lead to the customer, or to all that a reseller bought. */
function Party({ party: { email, tenantId, objectId }, of, customerId }: PartyProps) {
  function link(text: ReactNode, search: string) {
    return customerId === null ? (
      <Link to="/subscriptions" search={{ q: search }} title="All subscriptions with this reseller">
        {text}
      </Link>
    ) : (
      <Link to="/customers/$id" params={{ id: customerId }} title="The customer">
        {text}
      </Link>
    );
  }
  return (
    <>
      {email ? link(email, email) : none}
      {tenantId && (
        <span className={styles.partyId}>
          {link("tenant", tenantId)} <ShortId id={tenantId} of={`${of} tenant`} />
        </span>
      )}
      {objectId && (
        <span className={styles.partyId}>
          <span className="dim">object</span> <ShortId id={objectId} of={`${of} object`} />
        </span>
      )}
    </>
  );
}

function Purchase({ subscription }: { subscription: Subscription }) {
  const { offerId, offerName, planId, planName, plan, quantity, termUnit, termStartsOn, termEndsOn, isReseller } =
    subscription;
  return (
    <DetailsList title="Purchase">
      <DetailsItem label="Offer">
        {offerName}
        {offerName !== offerId && <code className={styles.aside}>{offerId}</code>}
      </DetailsItem>
      <DetailsItem label="Plan">
        {planName}
        {planName.toLowerCase() !== planId.toLowerCase() && <code className={styles.aside}>{planId}</code>}
        {plan?.isPrivate && <span className={tagStyles.tag}>private plan</span>}
      </DetailsItem>
      <DetailsItem label="Seats">
        {quantity === null ? (
          <span className="dim">Flat rate, no seats</span>
        ) : (
          <>
            {formatNumber(quantity)}
            <Limits plan={plan} />
          </>
        )}
      </DetailsItem>
      <DetailsItem label="Price">
        <Price plan={plan} />
        <Recurring subscription={subscription} />
      </DetailsItem>
      {plan && plan.sourceOffers.length > 0 && (
        <DetailsItem label="Private offer">
          {plan.sourceOffers.map((offer) => (
            <ShortId key={offer} id={offer} of="private offer" />
          ))}
          <span className={`${styles.factMore} dim`}>The price is this offer’s, not the public one.</span>
        </DetailsItem>
      )}
      <DetailsItem label="Term">
        {termUnit ? termInWords(termUnit) : none}
        {termStartsOn && termEndsOn && (
          <>
            {": "}
            <DayText day={termStartsOn} /> to <DayText day={termEndsOn} />
          </>
        )}
      </DetailsItem>
      <DetailsItem label="Purchased">
        {subscription.purchasedAt ? <DateOf at={subscription.purchasedAt} /> : none}
      </DetailsItem>
      <DetailsItem label="Sales channel">
        {isReseller === null ? none : isReseller ? "Reseller (CSP)" : "Direct"}
        {isReseller !== null && (
          <span className={`${styles.factMore} dim`}>
            {isReseller
              ? "A partner bought the subscription for the customer and sets the customer’s price."
              : "The customer bought the subscription from Microsoft."}
          </span>
        )}
      </DetailsItem>
    </DetailsList>
  );
}

/** The monthly and yearly amount, and whether the customer pays that amount. */
function Recurring({ subscription: { money, moneyState, isReseller } }: { subscription: Subscription }) {
  if (money === null) return null;
  const notes = [
    money.basis === "private" ? "price from a private offer" : null,
    isReseller ? "the customer pays the reseller’s price" : null,
    moneyState === "recurring" || moneyState === "ended" ? null : moneyStateLabels[moneyState].toLowerCase(),
  ].filter((note) => note !== null);
  return (
    <span className={styles.factMore}>
      {formatMoney(money.monthly, money.currency)} per month, {formatMoney(money.yearly, money.currency)} per year
      {notes.length > 0 && <span className="dim"> ({notes.join("; ")})</span>}
    </span>
  );
}

/** A price that Microsoft stated more than a day ago is shown as out of date: it may have changed since. */
function Price({ plan }: Pick<Subscription, "plan">) {
  if (plan?.price) return <>{formatPrice(plan.price)}</>;
  if (!plan?.outdatedPrice) return <span className="dim">Unknown</span>;
  return (
    <>
      {formatPrice(plan.outdatedPrice.price)}{" "}
      <span className="dim">
        out of date: as of <DateOf at={plan.outdatedPrice.at} />
      </span>
    </>
  );
}

function Limits({ plan }: Pick<Subscription, "plan">) {
  const min = plan?.minQuantity ?? null;
  const max = plan?.maxQuantity ?? null;
  if (min === null && max === null) return null;
  const text =
    max === null
      ? `at least ${countOf(min ?? 1, "seat")}`
      : `${formatNumber(min ?? 1)} to ${formatNumber(max)} allowed`;
  return <span className={styles.aside}>{text}</span>;
}

const customerOperationLabels = new Map([
  ["Update", "change plan and seats"],
  ["Delete", "cancel"],
]);

/** Access, renewal and permissions. */
function StatusSection({ subscription }: { subscription: Subscription }) {
  const { access, accessReason, autoRenews, isFreeTrial, status, termEndsOn, allowedCustomerOperations } = subscription;
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
          {autoRenews === null ? none : autoRenews ? (isFreeTrial ? "then paid" : "Auto-renews") : "Ends with the term"}
          {termEndsOn && status !== "PendingFulfillmentStart" && (
            <span className="dim">
              , <DayText day={termEndsOn} /> (<DaysUntil day={termEndsOn} />)
            </span>
          )}
        </DetailsItem>
      )}
      {!isEnded && <DetailsItem label="If canceled">{refundAfterCancellation(subscription, now).short}</DetailsItem>}
      {!isEnded && (
        <DetailsItem label="Customer can">
          {allowedCustomerOperations.length === 0
            ? none
            : allowed.length > 0
              ? allowed.join(", ")
              : "Managed by the reseller; read-only for the customer"}
        </DetailsItem>
      )}
      <DetailsItem label={isUnpaid ? "Unpaid since" : "In this state since"}>
        <Ago at={subscription.statusSince} />
      </DetailsItem>
    </DetailsList>
  );
}

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
        <DetailsItem label="Publisher">{publisherId ?? none}</DetailsItem>
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
