import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AutomationRule } from "../../../shared/automations.ts";
import type { AutomationPreviewView } from "../../../shared/views/automations.ts";
import { Ago } from "../../components/time.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./automations.module.css";

/** The subscriptions on which the automation would have acted, or which match now. `rule` is null while it is incomplete. */
export function AutomationPreview({ rule }: { rule: AutomationRule | null }) {
  const [asked] = useDebouncedValue(rule, 300);
  const preview = useQuery(
    trpc.automations.preview.queryOptions(asked ? { rule: asked } : skipToken, { placeholderData: keepPreviousData }),
  );
  const shown = rule === null ? undefined : preview.data;
  return (
    <section className={styles.preview} aria-label="Preview" aria-busy={preview.isFetching}>
      <h2>Preview</h2>
      <p role="status">
        {rule === null
          ? "Complete when, if and then to see what the automation would have done."
          : shown
            ? inWords(shown)
            : preview.error
              ? messageOf(preview.error)
              : "Reading the audit trail…"}
      </p>
      {shown && shown.examples.length > 0 && <Examples preview={shown} />}
      {shown && (
        <p className="dim">
          Filters and actions are compared with the current values of each subscription, because not all earlier values
          are on record.
        </p>
      )}
    </section>
  );
}

function inWords({ days, events, count, isCut }: AutomationPreviewView): string {
  const more = isCut ? "More than " : "";
  if (events === null) {
    if (count === 0) return "No subscription matches now. The automation acts when one begins to match.";
    return `${more}${countOf(count, "subscription")} ${count === 1 && !isCut ? "matches" : "match"} now. The automation acts on those that begin to match after it is turned on.`;
  }
  if (events === 0) return `None of these events happened in the last ${days} days.`;
  const times = count === 1 ? "once" : `${formatNumber(count)} times`;
  return `It would have acted ${times} in the last ${days} days, for ${isCut ? "more than " : ""}${countOf(events, "event")} of these kinds.`;
}

function Examples({ preview: { examples, count, events } }: { preview: AutomationPreviewView }) {
  const noun = events === null ? "subscription" : "time";
  const all = countOf(count, noun);
  const label =
    examples.length < count
      ? `Show the latest ${formatNumber(examples.length)} of ${all}`
      : count === 1
        ? `Show this ${noun}`
        : `Show all ${all}`;
  return (
    <details>
      <summary>{label}</summary>
      <ul className={styles.firings}>
        {examples.map(({ at, subscriptionId, subscriptionName, cause, effects }, index) => (
          // A subscription can be in it several times.
          <li key={index}>
            <Link to="/subscriptions/$id" params={{ id: subscriptionId }}>
              {subscriptionName}
            </Link>
            {cause && at && (
              <>
                : {cause}, <Ago at={at} />
              </>
            )}
            <ul className="dim">
              {effects.map(({ text, isNothing }, place) => (
                <li key={place}>{isNothing ? `Nothing to do: ${text}` : text}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}
