import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { holdPreviewInput } from "../../../shared/inputs/usage.ts";
import type { HoldPreviewView } from "../../../shared/views/usage.ts";
import { DateTime } from "../../components/time.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { quantityIn } from "../../text/quantity.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./usage.module.css";

/** Which hours of the last days would have been held with a factor, before it is saved. */
export function HoldPreview({ factor }: { factor: number }) {
  const [asked] = useDebouncedValue(factor, 300);
  const valid = holdPreviewInput.safeParse({ holdFactor: asked });
  const preview = useQuery(
    trpc.usage.previewHolds.queryOptions(valid.success ? valid.data : skipToken, { placeholderData: keepPreviousData }),
  );
  const shown = valid.success ? preview.data : undefined;
  return (
    <section className={styles.holdPreview} aria-label="Preview" aria-busy={preview.isFetching}>
      <p role="status">
        {!valid.success
          ? "Correct the number to see what would have been held."
          : shown
            ? inWords(shown)
            : preview.error
              ? messageOf(preview.error)
              : "Checking the hours of the last months…"}
      </p>
      {shown && shown.examples.length > 0 && <Examples preview={shown} />}
    </section>
  );
}

function inWords({ days, hours, held, subscriptions, cut }: HoldPreviewView): string {
  if (hours === 0) return `There was no usage in the last ${days} days.`;
  const sum = `Of ${countOf(hours, "hour")} in the last ${days} days, ${
    held === 0
      ? "none would have been held"
      : `${formatNumber(held)} would have been held, of ${countOf(subscriptions, "subscription")}`
  }.`;
  if (cut === null) return sum;
  return `${sum} There are too many hours to check all: these are of ${formatNumber(cut.checked)} of the ${formatNumber(cut.of)} dimensions of your subscriptions.`;
}

function Examples({ preview: { examples, held } }: { preview: HoldPreviewView }) {
  return (
    <details>
      <summary>{examples.length < held ? `The latest ${examples.length} hours` : "All hours"}</summary>
      <ul>
        {examples.map(
          ({ id, hour, subscriptionId, subscriptionName, customer, dimensionName, unit, usage, highest }) => (
            <li key={id}>
              <Link to="/usage/$id" params={{ id }}>
                <DateTime at={hour} />
                <span className="sr-only">
                  , {dimensionName} of {subscriptionName}
                </span>
              </Link>
              : {quantityIn(usage, unit)} of {dimensionName},{" "}
              <span className="dim">usually at most {quantityIn(highest, unit)}</span>
              <br />
              <Link to="/subscriptions/$id" params={{ id: subscriptionId }}>
                {subscriptionName}
              </Link>
              {customer !== null && customer !== subscriptionName && <span className="dim"> of {customer}</span>}
            </li>
          ),
        )}
      </ul>
    </details>
  );
}
