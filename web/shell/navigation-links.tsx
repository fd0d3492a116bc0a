/** The links of the navigation, with the numbers of waiting items. */
import {
  IconArrowsExchange,
  IconBuilding,
  IconCalendarTime,
  IconChartLine,
  IconClockExclamation,
  IconDots,
  IconGauge,
  IconHistory,
  IconInbox,
  IconSettings,
  IconStack2,
  IconWebhook,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { formatNumber } from "../text/format.ts";
import { maxOpenCounted } from "../../shared/open-operations.ts";
import { trpc } from "../trpc.ts";
import { navigation, type NavigationItem } from "./navigation.ts";
import * as styles from "./shell.module.css";

const icons: Record<NavigationItem["to"], typeof IconInbox> = {
  "/": IconInbox,
  "/subscriptions": IconStack2,
  "/customers": IconBuilding,
  "/operations": IconArrowsExchange,
  "/planned": IconCalendarTime,
  "/deliveries": IconWebhook,
  "/usage": IconGauge,
  "/activity": IconHistory,
  "/overview": IconChartLine,
  "/settings": IconSettings,
};

type LinkProps = Omit<NavigationItem, "isPrimary"> & { isPrimary: boolean; isNarrow: boolean };

export function NavigationLink({ to, label, isPrimary, isNarrow }: LinkProps) {
  const Icon = icons[to];
  return (
    <li data-primary={isPrimary}>
      <Link to={to} activeOptions={{ exact: to === "/", includeSearch: false }} title={isNarrow ? label : undefined}>
        <Icon size={18} stroke={1.7} aria-hidden />
        <span className={styles.placeName} data-place-name>
          {label}
        </span>
        {to === "/" && <Needs />}
        {to === "/operations" && <OpenOperations />}
      </Link>
    </li>
  );
}

/** On a phone: the pages that do not fit in the bar. */
export function MorePages() {
  return (
    <li className={styles.more}>
      <button type="button" popoverTarget="more-pages">
        <IconDots size={18} stroke={1.7} aria-hidden />
        <span data-place-name>More</span>
      </button>
      <ul
        popover="auto"
        id="more-pages"
        aria-label="More pages"
        className={styles.morePages}
        onClick={(event) => event.currentTarget.hidePopover()}
      >
        {navigation
          .filter((item) => !item.isPrimary)
          .map((item) => (
            <NavigationLink key={item.to} {...item} isPrimary isNarrow={false} />
          ))}
      </ul>
    </li>
  );
}

/** The number of needs, and how many of them are urgent. */
function Needs() {
  const counts = useQuery(trpc.needs.counts.queryOptions());
  if (!counts.data?.count) return null;
  const { count, isCut, urgent } = counts.data;
  return (
    <>
      {urgent > 0 && (
        <span className={styles.placeUrgent} title={`${formatNumber(urgent)} close to the deadline`}>
          <IconClockExclamation size={15} aria-hidden />
          <span className="sr-only">{formatNumber(urgent)} urgent</span>
        </span>
      )}
      <span className={styles.placeCount} data-urgent={urgent > 0}>
        {formatNumber(count)}
        {isCut && "+"}
        <span className="sr-only"> items</span>
      </span>
    </>
  );
}

function OpenOperations() {
  const counts = useQuery(trpc.needs.counts.queryOptions());
  if (!counts.data?.openOperations) return null;
  return (
    <span className={styles.placeCount}>
      {formatNumber(Math.min(counts.data.openOperations, maxOpenCounted))}
      {counts.data.openOperations > maxOpenCounted && "+"}
      <span className="sr-only"> open</span>
    </span>
  );
}
