import { Skeleton } from "@mantine/core";
import { usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { OfferPlan } from "../../../shared/views/offer-plans.ts";
import type { OfferView } from "../../../shared/views/settings.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { LocalDate } from "../../components/time.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { PlanFacts } from "./plan-facts.tsx";
import * as buttonStyles from "../../components/button.module.css";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./offers.module.css";

const NameOfferDialog = lazyPart(() => import("./name-offer.tsx"), "NameOfferDialog");

/** The names of offers, which Microsoft's API does not provide, and the known facts about their plans. */
export function OffersPage() {
  const offers = useQuery(trpc.offers.list.queryOptions());
  const plans = useQuery(trpc.offers.plans.queryOptions());
  // Read together and shown together, so that no part moves the rest of the page when it arrives.
  usePrefetchQuery(trpc.rules.list.queryOptions());
  usePrefetchQuery(trpc.policies.list.queryOptions());
  const me = useQuery(trpc.me.get.queryOptions());
  const [open, setOpen] = useState<OfferView | null>(null);
  const blockedReason = me.data && includesRole(me.data.role, "admin") ? null : "Only an admin can name offers.";
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Offers and plans"
        note="Microsoft's API has the names of plans, but only the IDs of offers. A name that you set here replaces the ID everywhere, also on the landing page and for earlier activity. Prices, seats and dimensions are from Microsoft's lists of plans."
      />
      {offers.error && !offers.data ? (
        <Problem error={offers.error} onRetry={() => void offers.refetch()} />
      ) : !offers.data || plans.isPending ? (
        <Skeleton height={200} />
      ) : offers.data.length === 0 ? (
        <Empty title="No offers yet">An offer appears here with its first purchase.</Empty>
      ) : (
        <ul>
          {offers.data.map((offer) => (
            <Offer
              key={offer.offerId}
              offer={offer}
              plans={plans.data?.filter(({ offerId }) => offerId === offer.offerId) ?? []}
              blockedReason={blockedReason}
              onName={() => setOpen(offer)}
            />
          ))}
        </ul>
      )}
      {plans.error && !plans.data && <Problem error={plans.error} onRetry={() => void plans.refetch()} />}
      <Suspense>{open && <NameOfferDialog offer={open} onClose={() => setOpen(null)} />}</Suspense>
    </div>
  );
}

type OfferProps = { offer: OfferView; plans: OfferPlan[]; blockedReason: string | null; onName(): void };

function Offer({ offer: { offerId, name, named, plans: names }, plans, blockedReason, onName }: OfferProps) {
  const nameOf = new Map(names.map((plan) => [plan.planId, plan.name]));
  const sorted = plans
    .map((plan) => ({ plan, planName: nameOf.get(plan.planId) ?? plan.planId }))
    .toSorted((one, other) => one.planName.localeCompare(other.planName));
  return (
    <li className={styles.offer}>
      <div>
        <h2>{name ?? offerId}</h2>
        <p className="dim">
          {name !== null && <code>{offerId}</code>}
          {named ? (
            <>
              {" · "}
              named by {named.byName}, <LocalDate at={named.at} />
            </>
          ) : (
            "No name yet"
          )}
        </p>
      </div>
      <p>{countOf(names.length, "plan")}</p>
      <div className={styles.offerButtons}>
        <Link to="/subscriptions" search={{ offer: offerId }} className={buttonStyles.compact}>
          Subscriptions<span className="sr-only"> of {name ?? offerId}</span>
        </Link>
        <GuardedButton variant="default" size="compact-sm" blockedReason={blockedReason} onClick={onName}>
          {name === null ? "Name…" : "Rename…"}
          <span className="sr-only"> {name ?? offerId}</span>
        </GuardedButton>
      </div>
      <div className={styles.plans}>
        {sorted.map(({ plan, planName }) => (
          <PlanFacts key={plan.planId} plan={plan} name={planName} />
        ))}
      </div>
    </li>
  );
}
