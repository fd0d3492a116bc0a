import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { statusNames, subscriptionStatuses } from "../../../shared/lifecycle.ts";
import type { CountsView } from "../../../shared/views/subscriptions.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { FilterChip, FilterChips } from "../../components/paged-table.tsx";
import { withCurrent } from "../../components/select-options.ts";
import { formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { activeMoreFilters } from "../../components/subscription-filters/active-filters.ts";
import { matchingCount } from "./matching-count.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as styles from "./subscriptions.module.css";

const MoreFilters = lazyPart(() => import("../../components/subscription-filters/more-filters.tsx"), "MoreFilters");

type Props = { filters: SubscriptionFilters; counts: CountsView | undefined };

/** The list's filters: common ones in a row, others in a panel. */
export function Filters({ filters, counts }: Props) {
  const navigate = useNavigate({ from: "/subscriptions" });
  const [isOpen, setOpen] = useState(false);
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const offers = facets.data?.offers ?? [];
  const plans = offers
    .filter((offer) => filters.offer === undefined || offer.offerId === filters.offer)
    .flatMap((offer) => offer.plans);
  const plansById = [...new Map(plans.map((plan) => [plan.planId, plan])).values()];
  const moreFilters = activeMoreFilters(filters, facets.data);
  const change = (part: SubscriptionFilters) =>
    void navigate({ search: (before) => ({ ...before, ...part, cursor: undefined }), replace: true });
  /** The number of matches with another choice; undefined if the totals do not cover the other filters. */
  const countWith = (part: SubscriptionFilters) => matchingCount({ ...filters, ...part }, counts);
  return (
    <>
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by status"
          name="status"
          current={filters.status}
          choices={[
            { value: undefined, label: "All", count: countWith({ status: undefined }) },
            ...subscriptionStatuses.map((status) => ({
              value: status,
              label: statusNames[status],
              count: countWith({ status }),
            })),
          ]}
        />
        <FilterChip
          name="hold"
          value={filters.hold ? undefined : true}
          isOn={filters.hold === true}
          label="On hold"
          count={countWith({ hold: true })}
        />
        <NativeSelect
          size="xs"
          aria-label="Offer"
          value={filters.offer ?? ""}
          onChange={(event) => change({ offer: event.currentTarget.value || undefined, plan: undefined })}
          data={[
            { value: "", label: "All offers" },
            ...withCurrent(
              offers.map(({ offerId, name }) => ({ value: offerId, label: isolated(name) })),
              filters.offer,
            ),
          ]}
        />
        <button
          type="button"
          className={`${buttonStyles.compact} ${styles.filtersMore}`}
          aria-expanded={isOpen}
          aria-controls="more-filters"
          data-shortcut="filters"
          onClick={() => setOpen(!isOpen)}
        >
          Filters
          {moreFilters.length > 0 && (
            <span className={filtersStyles.chipCount}> {formatNumber(moreFilters.length)}</span>
          )}
        </button>
      </div>
      <Suspense>
        {isOpen && <MoreFilters filters={filters} facets={facets.data} plans={plansById} change={change} />}
      </Suspense>
      <ActiveFilters filters={filters} moreFilters={moreFilters} />
    </>
  );
}

type ActiveProps = { filters: SubscriptionFilters; moreFilters: ReturnType<typeof activeMoreFilters> };

/** Without the filters of the row above: the list below would move with each choice. */
function ActiveFilters({ filters, moreFilters }: ActiveProps) {
  if (filters.q === undefined && moreFilters.length === 0) return null;
  return (
    <div className={styles.inForce} role="group" aria-label="Active filters">
      {filters.q && <Removable name="q" label={`“${filters.q}”`} />}
      {moreFilters.map(({ name, label }) => (
        <Removable key={name} name={name} label={label} />
      ))}
      <Link to="/subscriptions" search={{ sort: filters.sort, order: filters.order }} className={buttonStyles.compact}>
        Clear filters
      </Link>
    </div>
  );
}

/** An active filter as a link that removes it. */
function Removable({ name, label }: { name: string; label: string }) {
  return (
    <Link
      to="."
      search={(before) => ({ ...before, [name]: undefined, cursor: undefined })}
      className={filtersStyles.chip}
      aria-label={`Remove filter: ${label}`}
      data-on
      preload={false}
      activeProps={{ "aria-current": undefined }}
    >
      {label}
      <IconX size={13} aria-hidden />
    </Link>
  );
}
