/** Search results as the options of the search field, grouped, each a link. */
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { normalizeText } from "../../shared/normalize-text.ts";
import type { FindView } from "../../shared/views/find.ts";
import {
  callOption,
  customerOption,
  deliveryOption,
  type FoundOption,
  landingProblemOption,
  operationOption,
  planOption,
  subscriptionOption,
} from "./found-options.tsx";
import type { Visit } from "./recent.ts";
import { countOf } from "../text/format.ts";
import * as searchStyles from "./search.module.css";

export type FoundGroup = { title: string; noun: [one: string, many: string]; options: FoundOption[] };

/** The results in display order, without empty groups. */
export function groupsOf(found: FindView): FoundGroup[] {
  const groups: FoundGroup[] = [
    {
      title: "Subscriptions",
      noun: ["subscription", "subscriptions"],
      options: found.subscriptions.map(subscriptionOption),
    },
    { title: "Customers", noun: ["customer", "customers"], options: found.customers.map(customerOption) },
    { title: "Operations", noun: ["operation", "operations"], options: found.operations.map(operationOption) },
    { title: "Webhooks", noun: ["delivery", "deliveries"], options: found.deliveries.map(deliveryOption) },
    { title: "Calls to Microsoft", noun: ["call", "calls"], options: found.calls.map(callOption) },
    {
      title: "Landing page",
      noun: ["landing page problem", "landing page problems"],
      options: found.landingProblems.map(landingProblemOption),
    },
    { title: "Plans", noun: ["plan", "plans"], options: found.plans.map(planOption) },
  ];
  return groups.filter(({ options }) => options.length > 0);
}

/** The records that the person opened last and whose names contain the text. */
export function recentGroup(visits: Visit[], text: string): FoundGroup[] {
  const options = visits
    .filter(({ title }) => normalizeText(title).includes(normalizeText(text)))
    .map(({ kind, id, title }): FoundOption => ({
      key: `recent-${id}`,
      link:
        kind === "customer" ? { to: "/customers/$id", params: { id } } : { to: "/subscriptions/$id", params: { id } },
      title,
      details: kind === "customer" ? "Customer" : "Subscription",
      matched: null,
    }));
  return options.length === 0 ? [] : [{ title: "Recent", noun: ["recent page", "recent pages"], options }];
}

/** `2 subscriptions, 1 operation`, for screen readers. */
export function resultsSummary(groups: FoundGroup[]): string {
  if (groups.length === 0) return "No results.";
  return `Found ${groups.map(({ options, noun }) => countOf(options.length, ...noun)).join(", ")}.`;
}

type Props = {
  /** The id of the list; with a number appended, of an option. */
  id: string;
  groups: FoundGroup[];
  /** The link to the complete list. */
  last: FoundOption | null;
  activeKey: string | null;
  onOpen(): void;
};

export function SearchResults({ id, groups, last, activeKey, onOpen }: Props) {
  return (
    <div className={searchStyles.findList} role="listbox" id={id} aria-label="Found">
      {groups.map(({ title, options }, at) => (
        // By its number: a title has spaces, and aria-labelledby is a list of IDs.
        <div key={title} role="group" aria-labelledby={`${id}-group-${at}`}>
          <p className={searchStyles.findGroup} id={`${id}-group-${at}`} role="presentation">
            {title}
          </p>
          {options.map((option) => (
            <Option key={option.key} id={id} option={option} isActive={option.key === activeKey} onOpen={onOpen} />
          ))}
        </div>
      ))}
      {last && <Option id={id} option={last} isActive={last.key === activeKey} onOpen={onOpen} />}
    </div>
  );
}

type OptionProps = { id: string; option: FoundOption; isActive: boolean; onOpen(): void };

function Option({ id, option, isActive, onOpen }: OptionProps) {
  return (
    <Link
      {...option.link}
      role="option"
      id={`${id}-${option.key}`}
      className={searchStyles.findOption}
      aria-selected={isActive}
      tabIndex={-1}
      preload={false}
      // Keep the focus in the field; the click still follows the link.
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        if (option.run) {
          event.preventDefault();
          option.run();
        }
        onOpen();
      }}
      activeProps={{ "aria-current": undefined }}
    >
      <span className={searchStyles.findTitle}>{option.title}</span>
      <span className={searchStyles.findDetails}>
        {option.details}
        {option.matched && <span className={searchStyles.findMatched}>{option.matched}</span>}
      </span>
    </Link>
  );
}

/** The link to all matching subscriptions. */
export function showAllOption(q: string): FoundOption {
  return {
    key: "all",
    link: { to: "/subscriptions", search: { q: q.slice(0, 200) } },
    title: "Show all results",
    details: <Fragment>as a list, with filters</Fragment>,
    matched: null,
  };
}
