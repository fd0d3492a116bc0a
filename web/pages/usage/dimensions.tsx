import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { unlimited } from "../../../shared/usage.ts";
import { pricePeriod } from "../../../shared/term.ts";
import type { DimensionView } from "../../../shared/views/usage.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { Problem } from "../../components/problem.tsx";
import { quantityIn } from "../../text/quantity.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./usage.module.css";

const IncludedDialog = lazyPart(() => import("./included-dialog.tsx"), "IncludedDialog");

/** The included quantities of all plans and dimensions. */
export function Dimensions({ isAdmin }: { isAdmin: boolean }) {
  const dimensions = useQuery(trpc.usage.dimensions.queryOptions());
  const [open, setOpen] = useState<DimensionView | null>(null);
  const blockedReason = isAdmin ? null : "Only an admin can change included quantities.";
  return (
    <section className={styles.usageDimensions} id="dimensions">
      <h2>Dimensions</h2>
      <p className="dim">
        From Microsoft’s list of plans. Where Microsoft does not report the included quantity, nothing is billed until
        an admin enters it.
      </p>
      {dimensions.error && !dimensions.data && (
        <Problem error={dimensions.error} onRetry={() => void dimensions.refetch()} />
      )}
      {dimensions.data?.length === 0 && <p>No plan has metering dimensions.</p>}
      {dimensions.data && dimensions.data.length > 0 && (
        <ul>
          {dimensions.data.map((one) => (
            <li key={`${one.offerId} ${one.planId} ${one.dimension}`}>
              <span>
                <strong>{one.name}</strong> · {one.offerName ?? one.offerId}, {one.planName}
              </span>
              <span>{includedInWords(one)}</span>
              <GuardedButton
                variant="default"
                size="compact-xs"
                blockedReason={blockedReason}
                onClick={() => setOpen(one)}
              >
                Set included quantity…
                <span className="sr-only">
                  {" "}
                  of {one.name}, {one.planName}
                </span>
              </GuardedButton>
            </li>
          ))}
        </ul>
      )}
      <Suspense>{open && <IncludedDialog dimension={open} onClose={() => setOpen(null)} />}</Suspense>
    </section>
  );
}

function includedInWords({ included, unit }: DimensionView): string {
  if (included.length === 0) return "Included quantity unknown";
  return included
    .map(({ termUnit, quantity, isByAdmin }) => {
      const amount = quantity === unlimited ? "Unlimited" : quantityIn(quantity, unit);
      return `${amount} ${pricePeriod(termUnit)}${isByAdmin ? ", entered by an admin" : ""}`;
    })
    .join("; ");
}
