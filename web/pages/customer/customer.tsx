import { Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { isolated } from "../../../shared/foreign-text.ts";
import type { CustomerView } from "../../../shared/views/customers.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { ShortId } from "../../components/short-id.tsx";
import { WriteButton } from "../../components/write/write-button.tsx";
import { DayText, useIsOver } from "../../components/time.tsx";
import { onLiveChange } from "../../live/live-updates.ts";
import { useRecordVisit } from "../../search/use-record-visit.ts";
import { isNotFound } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import { trpc } from "../../trpc.ts";
import { CustomerCard } from "./customer-card.tsx";
import { CustomerNeeds } from "./customer-needs.tsx";
import { CustomerPeople } from "./customer-people.tsx";
import { CustomerPlanned } from "./customer-planned.tsx";
import { CustomerSubscriptions } from "./customer-subscriptions.tsx";
import { CustomerTimeline } from "./customer-timeline.tsx";
import { MergedCustomers } from "./merged-customers.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./customer.module.css";

const CustomerUsage = lazyPart(() => import("../../components/usage/customer-usage.tsx"), "CustomerUsage");

const route = getRouteApi("/customers/$id");

/** Everything about one customer. */
export function CustomerPage() {
  const { id } = route.useParams();
  const found = useQuery(trpc.customers.get.queryOptions({ id }));
  if (found.data?.movedTo) return <Navigate to="/customers/$id" params={{ id: found.data.movedTo }} replace />;
  return (
    <div className={pageStyles.page}>
      <p className={pageStyles.backLink}>
        <Link to="/customers">Customers</Link>
        <ShortId id={id} of="customer" />
      </p>
      {found.data?.customer ? (
        <Details customer={found.data.customer} key={id} />
      ) : found.error && isNotFound(found.error) ? (
        <CustomerNotFound />
      ) : found.error ? (
        <>
          <PageHeader title="Customer" />
          <Problem error={found.error} onRetry={() => void found.refetch()} />
        </>
      ) : (
        <CustomerSkeleton />
      )}
    </div>
  );
}

const kindLabels: Record<CustomerView["kind"], string> = {
  tenant: "Microsoft Entra tenant",
  person: "Personal Microsoft account",
  subscription: "Tenant not reported",
};

function Details({ customer }: { customer: CustomerView }) {
  useOwnChanges(customer);
  useRecordVisit("customer", customer.id, customer.name);
  const { domains, subscriptions, activeSubscriptions, seats, termEndsOn, kind, rows } = customer;
  const isTermOver = useIsOver(termEndsOn);
  // An email is about one subscription: the newest that has not ended.
  const about = rows.find(({ status }) => status !== "Unsubscribed") ?? rows[0];
  return (
    <>
      <PageHeader
        title={isolated(customer.name)}
        note={domains.filter((domain) => domain !== customer.name).join(", ") || undefined}
      >
        {about && <WriteButton subscriptionId={about.id} name={about.name} />}
      </PageHeader>
      <p className={styles.customerLine}>
        <span>
          {countOf(activeSubscriptions, "active subscription")}
          {subscriptions > activeSubscriptions && (
            <span className="dim"> of {countOf(subscriptions, "subscription")}</span>
          )}
        </span>
        {seats > 0 && <span>{countOf(seats, "seat")}</span>}
        <CustomerMoney customer={customer} />
        {termEndsOn && (
          <span>
            {isTermOver ? "Term ended" : "Next term end"} <DayText day={termEndsOn} />
            {isTermOver && ", not renewed yet"}
          </span>
        )}
        <span className="dim">{kindLabels[kind]}</span>
        {customer.isTest && <span className={tagStyles.tag}>Test purchases only</span>}
      </p>
      <CustomerCard customer={customer} />
      <CustomerNeeds id={customer.id} />
      <CustomerPlanned id={customer.id} />
      <CustomerSubscriptions customer={customer} />
      <Suspense>
        <CustomerUsage id={customer.id} />
      </Suspense>
      <CustomerPeople customer={customer} />
      <MergedCustomers customer={customer} />
      <CustomerTimeline id={customer.id} />
    </>
  );
}

/** MRR by currency; currencies are never added up. */
function CustomerMoney({ customer: { money, withoutPrice } }: { customer: CustomerView }) {
  return (
    <>
      {money.map(({ currency, mrr, arr, atRisk }) => (
        <span key={currency} title={`${formatMoney(arr, currency)} per year (ARR)`}>
          <strong>{formatMoney(mrr, currency)}</strong> MRR
          {Number(atRisk) > 0 && (
            <span className={`${tagStyles.tag} ${tagStyles.warn}`}>{formatMoney(atRisk, currency)} at risk</span>
          )}
        </span>
      ))}
      {withoutPrice > 0 && <span className="dim">{countOf(withoutPrice, "subscription")} without a known price</span>}
    </>
  );
}

/** Refreshes the page when one of its subscriptions changes: their changes do not name the customer. */
function useOwnChanges({ rows }: CustomerView) {
  const queryClient = useQueryClient();
  useEffect(() => {
    const own = new Set(rows.map(({ id }) => id));
    return onLiveChange(({ subscriptionId }) => {
      if (subscriptionId !== null && own.has(subscriptionId))
        void queryClient.invalidateQueries(trpc.customers.pathFilter());
    });
  }, [rows, queryClient]);
}

function CustomerNotFound() {
  return (
    <>
      <PageHeader title="Customer not found" />
      <Empty title="No customer with this ID">
        The customer may have been erased. <Link to="/customers">Show all customers</Link>
      </Empty>
    </>
  );
}

function CustomerSkeleton() {
  return (
    <div aria-busy="true">
      <PageHeader title="Customer" />
      <Skeleton height={20} width="50%" mb="md" />
      <Skeleton height={44} mb="md" />
      <Skeleton height={220} mb="md" />
      <Skeleton height={320} />
    </div>
  );
}
