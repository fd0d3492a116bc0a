import type { PartyView } from "../../../shared/views/subscriptions.ts";
import { Fact, Facts } from "../../components/facts.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { Ago, Day } from "../../components/time.tsx";
import { formatNumber, formatTerm } from "../../format.ts";
import type { Subscription } from "../../trpc.ts";

const firstSeenWords: Record<Subscription["firstSeenBy"], string> = {
  landing: "by the landing page",
  webhook: "by the webhook",
  reconcile: "by comparing with Microsoft",
};

/** Who, what and since when, in three boxes. */
export function SubscriptionFacts({ subscription }: { subscription: Subscription }) {
  return (
    <div className="facts-row">
      <Customer subscription={subscription} />
      <Purchase subscription={subscription} />
      <OnRecord subscription={subscription} />
    </div>
  );
}

const none = <span className="dim">not reported</span>;

function Customer({ subscription }: { subscription: Subscription }) {
  const { contact, beneficiary, purchaser, isReseller } = subscription;
  const isSame = purchaser.email === beneficiary.email && purchaser.tenantId === beneficiary.tenantId;
  return (
    <Facts title="Customer">
      {contact ? (
        <>
          <Fact name="Company">{contact.company}</Fact>
          <Fact name="Contact">
            {contact.name}
            <br />
            <a href={`mailto:${contact.email}`}>{contact.email}</a>
            {contact.phone && (
              <>
                <br />
                {contact.phone}
              </>
            )}
          </Fact>
        </>
      ) : (
        <Fact name="Contact">
          <span className="dim">not left yet: the landing page asks for it</span>
        </Fact>
      )}
      <Fact name="Beneficiary">
        <Party party={beneficiary} of="beneficiary" />
      </Fact>
      <Fact name="Purchaser">
        {isReseller && <p className="dim">a reseller, who bought it for the beneficiary</p>}
        {isSame ? <span className="dim">the same</span> : <Party party={purchaser} of="purchaser" />}
      </Fact>
    </Facts>
  );
}

function Party({ party, of }: { party: PartyView; of: string }) {
  return (
    <>
      {party.email ?? none}
      {party.tenantId && (
        <span className="party-id">
          <span className="dim">tenant</span> <ShortId id={party.tenantId} of={`tenant of the ${of}`} />
        </span>
      )}
      {party.objectId && (
        <span className="party-id">
          <span className="dim">object</span> <ShortId id={party.objectId} of={of} />
        </span>
      )}
    </>
  );
}

function Purchase({ subscription }: { subscription: Subscription }) {
  const { offerId, planId, planName, quantity, termUnit, termStartsAt, termEndsAt, autoRenews } = subscription;
  return (
    <Facts title="What was bought">
      <Fact name="Offer">{offerId}</Fact>
      <Fact name="Plan">
        {planName}
        {planName !== planId && <code className="aside">{planId}</code>}
      </Fact>
      <Fact name="Seats">
        {quantity === null ? <span className="dim">flat rate, no seats</span> : formatNumber(quantity)}
      </Fact>
      <Fact name="Term">
        {termUnit ? formatTerm(termUnit) : none}
        {termStartsAt && termEndsAt && (
          <>
            {": "}
            <Day at={termStartsAt} /> to <Day at={termEndsAt} />
          </>
        )}
      </Fact>
      <Fact name="Renews">{autoRenews === null ? none : autoRenews ? "by itself" : "no, it ends with the term"}</Fact>
      <Fact name="Purchased">{subscription.purchasedAt ? <Day at={subscription.purchasedAt} /> : none}</Fact>
    </Facts>
  );
}

function OnRecord({ subscription }: { subscription: Subscription }) {
  const { id, publisherId, allowedCustomerOperations, firstSeenBy, createdAt, status, statusSince, updatedAt } =
    subscription;
  return (
    <Facts title="On record">
      <Fact name="Subscription id">
        <ShortId id={id} of="subscription" />
      </Fact>
      <Fact name="Publisher">{publisherId ?? none}</Fact>
      <Fact name="The customer may">
        {allowedCustomerOperations.length > 0 ? allowedCustomerOperations.join(", ") : none}
      </Fact>
      <Fact name="First seen">
        {firstSeenWords[firstSeenBy]}, <Ago at={createdAt} />
      </Fact>
      <Fact name={`${status} since`}>
        <Ago at={statusSince} />
      </Fact>
      <Fact name="Last changed">
        <Ago at={updatedAt} />
      </Fact>
    </Facts>
  );
}
