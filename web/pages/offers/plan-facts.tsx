/** The facts about a plan, from Microsoft's lists, its subscriptions, and admins. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { OfferPlan, PlanPriceView } from "../../../shared/views/offer-plans.ts";
import { pricePeriod } from "../../../shared/term.ts";
import { LocalDate } from "../../components/time.tsx";
import { countOf } from "../../text/format.ts";
import { statusLabels } from "../../text/labels.ts";
import { includedQuantity } from "../../text/quantity.ts";
import { formatUnitPrice } from "../../text/money.ts";
import { formatPrice } from "../../text/plan-prices.ts";
import { trpc } from "../../trpc.ts";
import { PolicySummary } from "../policies/policy-summary.tsx";
import { RuleSummary } from "../rules/rule-summary.tsx";
import * as styles from "./offers.module.css";

type Props = { plan: OfferPlan; name: string };

export function PlanFacts({ plan, name }: Props) {
  const { listed, prices, counts, autoActivatedAt, dimensions } = plan;
  return (
    <section className={styles.plan}>
      <h3>
        {name} {name !== plan.planId && <code>{plan.planId}</code>}
      </h3>
      <dl>
        <Fact label="Subscriptions">
          {counts.length === 0 ? "None" : counts.map((count) => <Count key={count.status} {...plan} {...count} />)}
        </Fact>
        <Fact label="Prices of subscriptions">
          {prices.length === 0
            ? "Not known yet"
            : prices.map((price) => <p key={JSON.stringify([price.termUnit, price.from])}>{priceInWords(price)}</p>)}
        </Fact>
        <Fact label="Seats">{seatsInWords(listed)}</Fact>
        <Fact label="Audience">
          {listed === null ? "Not known yet" : listed.isPrivate ? "Private: selected customers" : "Public"}
        </Fact>
        <Fact label="Auto-activation">
          {autoActivatedAt === null ? (
            "Microsoft has not activated a purchase automatically"
          ) : (
            <>
              Microsoft last activated a purchase automatically on <LocalDate at={autoActivatedAt} />
            </>
          )}
        </Fact>
        <PlanPolicies plan={plan} />
        {dimensions.map((dimension) => (
          <Fact key={dimension.dimension} label={`Dimension: ${dimension.name}`}>
            <Dimension dimension={dimension} />
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Count({ offerId, planId, status, subscriptions }: OfferPlan & OfferPlan["counts"][number]) {
  return (
    <p>
      <Link to="/subscriptions" search={{ offer: offerId, plan: planId, status, test: false }}>
        {countOf(subscriptions, "subscription")}
        <span className="sr-only"> of this plan</span>
      </Link>{" "}
      {statusLabels[status].short}
    </p>
  );
}

function priceInWords({ termUnit, from, to, subscriptions }: PlanPriceView): string {
  const price = formatPrice({ words: "", money: from, termUnit });
  const range = from.amount === to.amount ? price : `${price} to ${formatPrice({ words: "", money: to, termUnit })}`;
  return `${range} (${countOf(subscriptions, "subscription")})`;
}

function seatsInWords(listed: OfferPlan["listed"]): string {
  if (listed === null) return "Not known yet";
  if (!listed.isPerSeat) return "Flat rate, without seats";
  const { minSeats, maxSeats } = listed;
  if (minSeats === null && maxSeats === null) return "Per seat, without limits";
  if (maxSeats === null) return `Per seat, at least ${countOf(minSeats ?? 1, "seat")}`;
  return minSeats === null
    ? `Per seat, at most ${countOf(maxSeats, "seat")}`
    : `Per seat, ${minSeats} to ${countOf(maxSeats, "seat")}`;
}

function PlanPolicies({ plan: { offerId, planId } }: { plan: OfferPlan }) {
  const rules = useQuery(trpc.rules.list.queryOptions());
  const policies = useQuery(trpc.policies.list.queryOptions());
  const isPlan = (scope: { offerId: string | null; planId: string | null }) =>
    scope.offerId === offerId && scope.planId === planId;
  const [rule, policy] = [rules.data?.scopes.find(isPlan), policies.data?.scopes.find(isPlan)];
  return (
    <>
      {rule && rules.data && (
        <Fact label="Change rule">
          <RuleSummary scope={rule} rules={rules.data} />
          <Link to="/settings/rules">Change rules</Link>
        </Fact>
      )}
      {policy && policies.data && (
        <Fact label="Activation policy">
          <PolicySummary scope={policy} hasKey={policies.data.hasKey} />
          <Link to="/settings/activation">Activation policies</Link>
        </Fact>
      )}
    </>
  );
}

function Dimension({ dimension }: { dimension: OfferPlan["dimensions"][number] }) {
  const { dimension: id, unit, pricePerUnit, currency, included, versions } = dimension;
  return (
    <>
      <p>
        <code>{id}</code>
        {pricePerUnit !== null && currency !== null && (
          <>
            {" "}
            · {formatUnitPrice(pricePerUnit, currency)} per {unit ?? "unit"}
          </>
        )}
      </p>
      {included.length === 0 && <p>Included quantity unknown: nothing is billed</p>}
      {included.map(({ termUnit, quantity, isByAdmin }) => (
        <p key={termUnit}>
          {includedQuantity(quantity, unit)} included {pricePeriod(termUnit)}
          {isByAdmin && ", entered by an admin"}
        </p>
      ))}
      {versions.map(({ version, included: entered, byName, at, reason }) => (
        <p key={version} className="dim">
          Version {version} by {byName}, <LocalDate at={at} />:{" "}
          {Object.entries(entered)
            .map(([termUnit, quantity]) => `${includedQuantity(quantity, unit)} ${pricePeriod(termUnit)}`)
            .join(", ")}{" "}
          “{reason}”
        </p>
      ))}
      <Link to="/usage" hash="dimensions">
        Set included quantity<span className="sr-only"> of {dimension.name}</span>
      </Link>
    </>
  );
}
