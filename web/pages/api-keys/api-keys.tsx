import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { apiScopeWords } from "../../../shared/api-scopes.ts";
import type { ApiKeyView } from "../../../shared/views/api-keys.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import "./api-keys.css";

const MakeKeyDialog = lazy(() => import("./key-dialogs.tsx").then((file) => ({ default: file.MakeKeyDialog })));
const RevokeKeyDialog = lazy(() => import("./key-dialogs.tsx").then((file) => ({ default: file.RevokeKeyDialog })));

type Open = { dialog: "make" } | { dialog: "revoke"; key: ApiKeyView };

export function ApiKeysPage() {
  const keys = useQuery(trpc.keys.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <div className="page">
      <PageHeader
        title="API keys"
        note={
          <>
            For your own product: it follows every change and confirms what it has set up. Its calls are described in{" "}
            <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
              /api/v1/openapi.json
            </a>
            .
          </>
        }
      >
        <Button size="sm" onClick={() => setOpen({ dialog: "make" })}>
          Make key
        </Button>
      </PageHeader>
      {keys.error && !keys.data ? (
        <Problem error={keys.error} onRetry={() => void keys.refetch()} />
      ) : !keys.data ? (
        <Skeleton height={200} />
      ) : keys.data.length === 0 ? (
        <Empty title="No key yet">
          Make one for each system that calls, so that each can be revoked alone. With a key your product reads what a
          customer may do, hears of changes within seconds, and tells the desk what it has set up; each
          subscription&rsquo;s page then shows where the two differ.
        </Empty>
      ) : (
        <ul className="api-keys">
          {keys.data.map((key) => (
            <Key key={key.id} apiKey={key} onRevoke={() => setOpen({ dialog: "revoke", key })} />
          ))}
        </ul>
      )}
      <Suspense>
        {open?.dialog === "make" && <MakeKeyDialog onClose={close} />}
        {open?.dialog === "revoke" && <RevokeKeyDialog apiKey={open.key} onClose={close} />}
      </Suspense>
    </div>
  );
}

function Key({ apiKey, onRevoke }: { apiKey: ApiKeyView; onRevoke(): void }) {
  const { name, ending, createdByName, createdAt, lastUsedAt, revoked, isExpired } = apiKey;
  return (
    <li className="api-key">
      <div>
        <h2>{name}</h2>
        <p className="dim">
          <code>md_…{ending}</code>
        </p>
      </div>
      <div>
        <p>
          {revoked ? (
            <Dot tone="quiet">revoked</Dot>
          ) : isExpired ? (
            <Dot tone="bad">expired</Dot>
          ) : (
            <Dot tone="good">active</Dot>
          )}
        </p>
        <p className="dim">
          {lastUsedAt ? (
            <>
              Last used <Ago at={lastUsedAt} />
            </>
          ) : (
            "Never used"
          )}
        </p>
      </div>
      <div className="api-key-story">
        <p className="dim">
          {apiKey.scopes === null
            ? "All permissions"
            : apiKey.scopes.map((scope) => apiScopeWords[scope].name).join(", ")}
        </p>
        {!revoked && <Expiry apiKey={apiKey} />}
        <p className="dim">
          Made by {createdByName} <Ago at={createdAt} />
        </p>
        {revoked && (
          <p className="dim">
            Revoked by {revoked.byName} <Ago at={revoked.at} />: “{revoked.reason}”
          </p>
        )}
      </div>
      <div className="api-key-ways">
        {!revoked && (
          <Button variant="default" size="compact-sm" onClick={onRevoke}>
            Revoke<span className="sr-only"> {name}</span>
          </Button>
        )}
      </div>
    </li>
  );
}

function Expiry({ apiKey: { expiresAt, isExpired, noExpiryReason } }: { apiKey: ApiKeyView }) {
  if (expiresAt === null) {
    return (
      <p className="dim">
        Never expires
        {noExpiryReason === null ? ": it is from before keys did; replace it when you can" : `: “${noExpiryReason}”`}
      </p>
    );
  }
  return (
    <p className="dim">
      {isExpired ? "Expired" : "Expires"} <Ago at={expiresAt} />
    </p>
  );
}
