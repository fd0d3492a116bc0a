import {
  IconBolt,
  IconBox,
  IconBuildingStore,
  IconNote,
  IconRobot,
  IconUser,
  IconUserDollar,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ActivityView } from "../../shared/views/history.ts";
import { formatValue } from "../text/format.ts";
import { changesOf } from "../text/activity-changes.ts";
import { actorLabels } from "../text/labels.ts";
import { ActorName } from "./actor-name.tsx";
import { NoteText } from "./note-text.tsx";
import { Ago, TimeOfDay } from "./time.tsx";
import * as styles from "./activity-entry.module.css";
import * as tagStyles from "./tag.module.css";

const icons = {
  staff: IconUser,
  purchaser: IconUserDollar,
  marketplace: IconBuildingStore,
  product: IconBox,
  system: IconRobot,
  automation: IconBolt,
};

/** Kinds whose summary states all values. */
const statesAllChanges = new Set([
  "subscription.first_seen",
  "subscription.plan_changed",
  "subscription.quantity_changed",
  "bulk.finished",
]);

type Props = {
  entry: ActivityView;
  showSubscription: boolean;
  /** Links to the customer that the entry is about. */
  showCustomer?: boolean;
  /** Whether to show relative instead of absolute times. */
  isRelative?: boolean;
  /** On a timeline: the id of the entry that the URL names. */
  linked?: string;
  /** Below the entry. */
  children?: ReactNode;
};

/** One activity entry: when, who, what, old and new values, and why. */
export function ActivityEntry(props: Props) {
  const { entry, showSubscription, showCustomer = false, isRelative = false, linked, children } = props;
  const Icon = entry.note === null ? icons[entry.actor.kind] : IconNote;
  const changes = statesAllChanges.has(entry.kind) ? [] : changesOf(entry.before, entry.after, entry.names);
  return (
    <li
      className={styles.entry}
      data-note={entry.note !== null || undefined}
      {...(linked !== undefined && { id: entry.id, tabIndex: -1, "data-linked": linked === entry.id || undefined })}
    >
      <span className={styles.entryIcon} title={entry.note === null ? actorLabels[entry.actor.kind] : "Note"}>
        <Icon size={16} stroke={1.7} aria-hidden />
      </span>
      <div className={styles.entryWords}>
        <p className={entry.note === null ? undefined : `dim ${styles.entryBy}`}>
          {entry.summary}
          {showSubscription && entry.subscriptionId && (
            <>
              {" · "}
              <Link to="/subscriptions/$id" params={{ id: entry.subscriptionId }} data-row>
                {entry.subscriptionName ?? entry.subscriptionId}
              </Link>
            </>
          )}
          {showCustomer && entry.customerId && (
            <>
              {" · "}
              <Link to="/customers/$id" params={{ id: entry.customerId }} data-row>
                View customer
              </Link>
            </>
          )}
        </p>
        {changes.length > 0 && (
          <ul className={styles.entryChanges}>
            {changes.map(({ name, before, after }) => (
              <li key={name}>
                <span className="dim">{name}</span> {before !== undefined && <del>{formatValue(before)}</del>}
                {before !== undefined && <span aria-hidden> → </span>}
                <ins>{formatValue(after)}</ins>
              </li>
            ))}
          </ul>
        )}
        {entry.note !== null && <NoteText text={entry.note} />}
        {entry.reasonCode && <span className={`${tagStyles.tag} ${styles.entryCode}`}>{entry.reasonCode}</span>}
        {entry.reason && entry.reason !== entry.reasonCode && <p className="quote">{entry.reason}</p>}
        <p className={`dim ${styles.entryBy}`}>
          {isRelative ? <Ago at={entry.at} /> : <TimeOfDay at={entry.at} />} · <ActorName actor={entry.actor} />
          {entry.actor.name === actorLabels[entry.actor.kind] ? "" : ` (${actorLabels[entry.actor.kind]})`}
          {entry.deliveryId && (
            <>
              {" · "}
              <Link to="/deliveries/$id" params={{ id: entry.deliveryId }}>
                webhook payload
              </Link>
            </>
          )}
          {linked === undefined && entry.subscriptionId && (
            <>
              {" · "}
              <Link to="/subscriptions/$id" params={{ id: entry.subscriptionId }} hash={placeOf(entry)}>
                on the timeline
              </Link>
            </>
          )}
        </p>
        {children}
      </div>
    </li>
  );
}

/** Later versions of a note are shown with it. */
function placeOf({ id, after }: ActivityView): string {
  const edits = after?.["edits"];
  return typeof edits === "string" ? edits : id;
}
