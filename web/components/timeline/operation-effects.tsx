import { IconArrowsExchange, IconWebhook } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ActivityView, CauseView } from "../../../shared/views/history.ts";
import { ActivityEntry } from "../activity-entry.tsx";
import { Dot } from "../status.tsx";
import { Ago, Clock } from "../time.tsx";
import { countOf } from "../../text/format.ts";
import { operationTitle, outcomeLabels } from "../../text/labels.ts";
import * as activityEntryStyles from "../activity-entry.module.css";
import * as timelineStyles from "./timeline.module.css";

type Props = { cause: CauseView; effects: ActivityView[]; showSubscription: boolean; isRelative: boolean };

/** A cause with its evidence, and the entries that followed from it. */
export function OperationEffects({ cause, effects, showSubscription, isRelative }: Props) {
  const { operationId, source, outcome, actor, deliveries, calls } = cause;
  const isOwnPurchase = source === "Azure";
  const Icon = isOwnPurchase ? IconWebhook : IconArrowsExchange;
  const ending = outcome === null ? null : outcomeLabels[outcome];
  const Time = isRelative ? Ago : Clock;
  return (
    <li className={timelineStyles.caused} data-cause>
      <span className={activityEntryStyles.entryIcon} title={isOwnPurchase ? "Started at Microsoft" : "Started here"}>
        <Icon size={16} stroke={1.7} aria-hidden />
      </span>
      <div className={activityEntryStyles.entryWords}>
        <p className={timelineStyles.causedHead}>
          <Link to="/operations/$id" params={{ id: operationId }}>
            <strong>{operationTitle(cause)}</strong>
          </Link>
          {ending ? <Dot tone={ending.tone}>{ending.label}</Dot> : <Dot tone="info">in progress</Dot>}
          <span className="dim">{isOwnPurchase ? "from Microsoft" : `by ${actor.name}`}</span>
        </p>
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
          {effects.map((entry) => (
            <ActivityEntry key={entry.id} entry={entry} showSubscription={showSubscription} isRelative={isRelative} />
          ))}
        </ul>
      </div>
    </li>
  );
}
