/** The keys that sign entitlements, and their replacement. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { SigningKeyView } from "../../../shared/views/signing-keys.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import * as styles from "./api-keys.module.css";

const ReplaceKeyDialog = lazyPart(() => import("./replace-signing-key.tsx"), "ReplaceKeyDialog");

export function SigningKeys() {
  const keys = useQuery(trpc.signingKeys.list.queryOptions());
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={styles.signingKeys} aria-labelledby="signing-keys-title">
      <header>
        <h2 id="signing-keys-title">Signing keys</h2>
        {keys.data && keys.data.length > 0 && (
          <Button variant="default" size="sm" onClick={() => setOpen(true)}>
            Replace signing key…
          </Button>
        )}
      </header>
      <p className="dim">
        Marketdesk signs entitlements, so that your product can check them without a call. The public keys are at{" "}
        <a href="/.well-known/jwks.json" target="_blank" rel="noreferrer">
          /.well-known/jwks.json
        </a>
        . The key is replaced automatically every 30 days.
      </p>
      {keys.error && !keys.data ? (
        <Problem error={keys.error} onRetry={() => void keys.refetch()} />
      ) : !keys.data ? (
        <Skeleton height={100} />
      ) : keys.data.length === 0 ? (
        <p className="dim">
          No signing keys yet. The first one is created when your product asks for a signed entitlement.
        </p>
      ) : (
        <ul className={styles.apiKeys}>
          {keys.data.map((key) => (
            <Key key={key.id} signingKey={key} />
          ))}
        </ul>
      )}
      <Suspense>{isOpen && <ReplaceKeyDialog onClose={() => setOpen(false)} />}</Suspense>
    </section>
  );
}

const states = {
  signs: { tone: "good", label: "Signs" },
  next: { tone: "quiet", label: "Next" },
  earlier: { tone: "quiet", label: "Earlier" },
} as const;

function Key({ signingKey }: { signingKey: SigningKeyView }) {
  const { id, state, createdAt, signsFrom, publishedUntil } = signingKey;
  return (
    <li className={`${styles.apiKey} ${styles.signingKey}`}>
      <p>
        <code>{id.slice(0, 12)}…</code>
      </p>
      <p>
        <Dot tone={states[state].tone}>{states[state].label}</Dot>
      </p>
      <p className="dim">
        {publishedUntil ? (
          <>
            Removed <Ago at={publishedUntil} />, when its last signature has expired
          </>
        ) : signsFrom ? (
          <>
            Signs since <Ago at={signsFrom} />
          </>
        ) : (
          <>
            Published since <Ago at={createdAt} />; signs after the next replacement
          </>
        )}
      </p>
    </li>
  );
}
