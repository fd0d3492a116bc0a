import { IconArrowsExchange, IconWebhook } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { ActivityEntry } from "../activity-entry.tsx";
import { Dot } from "../status.tsx";
import { Ago, TimeOfDay } from "../time.tsx";
import { countOf } from "../../text/format.ts";
import { operationTitle, outcomeLabels } from "../../text/labels.ts";
import type { TimelineItem } from "./timeline-groups.ts";
import * as activityEntryStyles from "../activity-entry.module.css";
import * as tagStyles from "../tag.module.css";
import * as timelineStyles from "./timeline.module.css";

type Props = {
  change: Exclude<TimelineItem, { cause: null }>;
  /** Absent: the browser keeps whether the entry is open, until it is removed. */
  disclosure?: { isOpen: boolean; onToggle(isOpen: boolean): void };
  showSubscription?: boolean;
  isRelative?: boolean;
  /** On a timeline: the id of the entry that the URL names. */
  linked?: string;
};

/** One change with its outcome. Its parts and the evidence are collapsed. */
export function ChangeEntry({ change, disclosure, showSubscription = false, isRelative = false, linked }: Props) {
  const { cause, parts, result, reason, at } = change;
  const { operationId, source, outcome, actor, deliveries, calls } = cause;
  const isOwnPurchase = source === "Azure";
  const Icon = isOwnPurchase ? IconWebhook : IconArrowsExchange;
  const ending = outcome === null ? null : outcomeLabels[outcome];
  const title = operationTitle(cause);
  const subscription = parts[0];
  const Time = isRelative ? Ago : TimeOfDay;
  return (
    <li className={timelineStyles.caused} data-cause>
      <span className={activityEntryStyles.entryIcon} title={isOwnPurchase ? "Started at Microsoft" : "Started here"}>
        <Icon size={16} stroke={1.7} aria-hidden />
      </span>
      <div className={activityEntryStyles.entryWords}>
        <p className={timelineStyles.causedHead}>
          <Link to="/operations/$id" params={{ id: operationId }}>
            <strong>{title}</strong>
          </Link>
          {ending ? <Dot tone={ending.tone}>{ending.label}</Dot> : <Dot tone="info">in progress</Dot>}
          {showSubscription && subscription?.subscriptionId && (
            <Link to="/subscriptions/$id" params={{ id: subscription.subscriptionId }} data-row>
              {subscription.subscriptionName ?? subscription.subscriptionId}
            </Link>
          )}
        </p>
        {result && <p>{result}</p>}
        {reason?.reasonCode && (
          <span className={`${tagStyles.tag} ${activityEntryStyles.entryCode}`}>{reason.reasonCode}</span>
        )}
        {reason?.reason && reason.reason !== reason.reasonCode && <p className="quote">{reason.reason}</p>}
        <p className={`dim ${activityEntryStyles.entryBy}`}>
          <Time at={at} /> · {isOwnPurchase ? "from Microsoft" : `by ${actor.name}`}
        </p>
        <details
          className={timelineStyles.parts}
          open={disclosure?.isOpen}
          onToggle={(event) => disclosure?.onToggle(event.currentTarget.open)}
        >
          <summary>
            {countOf(parts.length, "entry", "entries")}
            <span className="sr-only"> of {title}</span>
          </summary>
          <p className={`dim ${timelineStyles.causedEvidence}`}>
            {deliveries.map(({ id, receivedAt, outcome: delivered }) => (
              <Link key={id} to="/deliveries/$id" params={{ id }}>
                {delivered === "duplicate" ? "duplicate webhook" : "webhook"} <Time at={receivedAt} />
              </Link>
            ))}
            {calls > 0 && (
              <Link to="/operations/$id" params={{ id: operationId }}>
                {countOf(calls, "call")} to Microsoft
              </Link>
            )}
          </p>
          <ul className={timelineStyles.effects}>
            {parts.map((entry) => (
              <ActivityEntry
                key={entry.id}
                entry={entry}
                showSubscription={false}
                isRelative={isRelative}
                linked={linked}
              />
            ))}
          </ul>
        </details>
      </div>
    </li>
  );
}
