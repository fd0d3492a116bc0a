/** The origins to which purchasers may be sent. */
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { originOf } from "../../../shared/destinations.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { AllowedOriginView, DestinationScopeView } from "../../../shared/views/destinations.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { scopeLabelInFull } from "../../components/scopes.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import * as scopesStyles from "../../components/scopes.module.css";
import * as styles from "./allowed-origins.module.css";

const OriginDialog = lazyPart(() => import("./origin-dialog.tsx"), "OriginDialog");

type Props = { origins: readonly AllowedOriginView[]; scopes: readonly DestinationScopeView[] };

export function AllowedOrigins({ origins, scopes }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const blockedReason = isAdmin ? null : "Only an admin can change the allowed origins.";
  // Null: an origin is added.
  const [open, setOpen] = useState<{ removed: string | null } | null>(null);
  const scopesOf = (origin: string) =>
    scopes.filter(({ own }) => own?.url && originOf(own.url) === origin).map(scopeLabelInFull);
  return (
    <section className={styles.allowedOrigins} aria-labelledby="allowed-origins-title">
      <header>
        <h2 id="allowed-origins-title">Allowed origins</h2>
        <GuardedButton
          variant="default"
          size="sm"
          blockedReason={blockedReason}
          onClick={() => setOpen({ removed: null })}
        >
          Add origin…
        </GuardedButton>
      </header>
      <p className="dim">
        Purchasers are only sent to addresses of these origins. An origin is a scheme, a host name and a port; it does
        not include subdomains.
      </p>
      {origins.length === 0 ? (
        <p className="dim">No allowed origins yet. Add the origin of your product before you set a destination.</p>
      ) : (
        <ul>
          {origins.map(({ origin, actor, at, reason }) => {
            const users = scopesOf(origin);
            return (
              <li key={origin} className={scopesStyles.scope}>
                <h3>
                  <code>{origin}</code>
                </h3>
                <div className={scopesStyles.scopeWords}>
                  <p>{users.length === 0 ? "No destination uses this origin" : `Used for ${users.join(", ")}`}</p>
                  <p className="dim">
                    Added by {actor.name} <Ago at={at} />: “{reason}”
                  </p>
                </div>
                <GuardedButton
                  variant="default"
                  size="compact-sm"
                  blockedReason={blockedReason}
                  onClick={() => setOpen({ removed: origin })}
                >
                  Remove…<span className="sr-only"> {origin}</span>
                </GuardedButton>
              </li>
            );
          })}
        </ul>
      )}
      <Suspense>
        {open && (
          <OriginDialog
            key={open.removed}
            removed={open.removed}
            users={open.removed === null ? [] : scopesOf(open.removed)}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </section>
  );
}
