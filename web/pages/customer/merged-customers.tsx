import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { CustomerName } from "../../../shared/views/customer-name.ts";
import type { CustomerView } from "../../../shared/views/customers.ts";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import * as styles from "./customer.module.css";

// Loaded when first opened.
const MergeDialog = lazyPart(() => import("./merge-dialog.tsx"), "MergeDialog");
const SeparateDialog = lazyPart(() => import("./separate-dialog.tsx"), "SeparateDialog");

type Opened = { dialog: "merge"; into: CustomerName | null } | { dialog: "separate"; member: CustomerName };

/** The customers merged into this one, and those that may be the same customer, with buttons to separate and merge. */
export function MergedCustomers({ customer }: { customer: CustomerView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const mayChange = me.data !== undefined && includesRole(me.data.role, "operator");
  const [opened, open] = useState<Opened | null>(null);
  const close = () => open(null);
  const { merged, similar } = customer;
  if (merged.length === 0 && similar.length === 0 && !mayChange) return null;
  return (
    <section className={styles.customerPart} aria-labelledby="customer-merged">
      <div className={styles.customerPartHead}>
        <h2 id="customer-merged">Merged customers</h2>
        {mayChange && (
          <Button variant="default" size="compact-sm" onClick={() => open({ dialog: "merge", into: null })}>
            Merge into another customer…
          </Button>
        )}
      </div>
      {merged.length === 0 && similar.length === 0 && (
        <p className="dim">No other customer has the same email domain.</p>
      )}
      <ul className={styles.customerMerged}>
        {merged.map((member) => (
          <li key={member.id}>
            <span>
              <strong>{member.name}</strong> was merged into this customer,{" "}
              {countOf(member.subscriptions, "subscription")}
            </span>
            {mayChange && (
              <Button variant="default" size="compact-xs" onClick={() => open({ dialog: "separate", member })}>
                Separate…<span className="sr-only"> {member.name}</span>
              </Button>
            )}
          </li>
        ))}
        {similar.map((other) => (
          <li key={other.id}>
            <span>
              <Link to="/customers/$id" params={{ id: other.id }}>
                {other.name}
              </Link>{" "}
              also uses {other.domain}, {countOf(other.subscriptions, "subscription")}
            </span>
            {mayChange && (
              <Button variant="default" size="compact-xs" onClick={() => open({ dialog: "merge", into: other })}>
                Merge into {other.name}…
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Suspense>
        {opened?.dialog === "merge" && <MergeDialog customer={customer} into={opened.into} onClose={close} />}
        {opened?.dialog === "separate" && <SeparateDialog customer={customer} member={opened.member} onClose={close} />}
      </Suspense>
    </section>
  );
}
