/** The purchase: offer, plan, seats, price and term. */
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { LocalDate, DayText } from "../../components/time.tsx";
import { termInWords } from "../../../shared/term.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import { formatPrice } from "../../text/plan-prices.ts";
import { moneyStateLabels } from "../../text/revenue-labels.ts";
import type { Subscription } from "../../trpc.ts";
import { notReported } from "./not-reported.tsx";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./subscription.module.css";

export function PurchaseFacts({ subscription }: { subscription: Subscription }) {
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
        {termUnit ? termInWords(termUnit) : notReported}
        {termStartsOn && termEndsOn && (
          <>
            {": "}
            <DayText day={termStartsOn} /> to <DayText day={termEndsOn} />
          </>
        )}
      </DetailsItem>
      <DetailsItem label="Purchased">
        {subscription.purchasedAt ? <LocalDate at={subscription.purchasedAt} /> : notReported}
      </DetailsItem>
      <DetailsItem label="Sales channel">
        {isReseller === null ? notReported : isReseller ? "Reseller (CSP)" : "Direct"}
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

/** A price that Microsoft stated more than a day ago is marked as possibly out of date. */
function Price({ plan }: Pick<Subscription, "plan">) {
  if (plan?.price) return <>{formatPrice(plan.price)}</>;
  if (!plan?.outdatedPrice) return <span className="dim">Unknown</span>;
  return (
    <>
      {formatPrice(plan.outdatedPrice.price)}{" "}
      <span className="dim">
        out of date: as of <LocalDate at={plan.outdatedPrice.at} />
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
