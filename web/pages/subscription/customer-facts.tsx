/** Who bought and who uses a subscription. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { mailto } from "../../../shared/email.ts";
import type { PartyView } from "../../../shared/views/subscriptions.ts";
import { AddressText } from "../../components/address-text.tsx";
import { DetailsItem, DetailsList } from "../../components/details-list.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { countOf } from "../../text/format.ts";
import type { Subscription } from "../../trpc.ts";
import { Answers } from "./answers.tsx";
import { Siblings } from "./siblings.tsx";
import { notReported } from "./not-reported.tsx";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./subscription.module.css";

export function CustomerFacts({ subscription }: { subscription: Subscription }) {
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
          {contact.company && (
            <DetailsItem label="Company">
              <Link to="/customers/$id" params={{ id: subscription.customer.id }}>
                {contact.company}
              </Link>
            </DetailsItem>
          )}
          <DetailsItem label="Contact">
            {contact.name}
            <br />
            <a href={mailto(contact.email)}>
              <AddressText text={contact.email} />
            </a>
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
  /** Null for a reseller, who buys for several customers. */
  customerId: string | null;
};

/** The email address and tenant link to the customer, or to everything that the reseller bought. */
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
      {email ? link(<AddressText text={email} />, email) : notReported}
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
