import { Button as ButtonLink, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { apiScopeWords } from "../../../shared/api-scopes.ts";
import type { ApiKeyView } from "../../../shared/views/api-keys.ts";
import { Button } from "../../components/button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import { SigningKeys } from "./signing-keys.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./api-keys.module.css";

const MakeKeyDialog = lazyPart(() => import("./key-dialogs.tsx"), "MakeKeyDialog");
const RevokeKeyDialog = lazyPart(() => import("./key-dialogs.tsx"), "RevokeKeyDialog");

type Open = { dialog: "make" } | { dialog: "revoke"; key: ApiKeyView };

export function ApiKeysPage() {
  const keys = useQuery(trpc.keys.list.queryOptions());
  const me = useQuery(trpc.me.get.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="API keys"
        note={
          <>
            Your product uses an API key to follow changes and to confirm what it has set up. The API is described in{" "}
            <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
              /api/v1/openapi.json
            </a>
            .
          </>
        }
      >
        <Group gap="xs">
          {me.data?.sandboxUrl && (
            <ButtonLink
              size="sm"
              variant="default"
              component="a"
              href={`${me.data.sandboxUrl}/rehearsal`}
              target="_blank"
              rel="noreferrer"
            >
              Rehearse your product…
            </ButtonLink>
          )}
          <Button size="sm" onClick={() => setOpen({ dialog: "make" })}>
            Create key…
          </Button>
        </Group>
      </PageHeader>
      {keys.error && !keys.data ? (
        <Problem error={keys.error} onRetry={() => void keys.refetch()} />
      ) : !keys.data ? (
        <Skeleton height={200} />
      ) : keys.data.length === 0 ? (
        <Empty title="No API keys yet">
          Create a key for each system, so that you can revoke each key separately. With a key your product reads what a
          customer can use, receives changes within seconds and confirms what it has set up. Each subscription&rsquo;s
          page then shows whether your product is in sync.
        </Empty>
      ) : (
        <ul className={styles.apiKeys}>
          {keys.data.map((key) => (
            <Key key={key.id} apiKey={key} onRevoke={() => setOpen({ dialog: "revoke", key })} />
          ))}
        </ul>
      )}
      {/* Below the list of keys, whose height is not known before it is loaded. */}
      {!keys.isPending && <SigningKeys />}
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
    <li className={styles.apiKey}>
      <div>
        <h2>{name}</h2>
        <p className="dim">
          <code>md_…{ending}</code>
        </p>
      </div>
      <div>
        <p>
          {revoked ? (
            <Dot tone="quiet">Revoked</Dot>
          ) : isExpired ? (
            <Dot tone="bad">Expired</Dot>
          ) : (
            <Dot tone="good">Active</Dot>
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
      <div className={styles.apiKeyStory}>
        <p className="dim">
          {apiKey.scopes === null
            ? "Read, Confirm: created before keys had permissions"
            : apiKey.scopes.map((scope) => apiScopeWords[scope].name).join(", ")}
        </p>
        {!revoked && <Expiry apiKey={apiKey} />}
        <p className="dim">
          Created by {createdByName} <Ago at={createdAt} />
        </p>
        {revoked && (
          <p className="dim">
            Revoked by {revoked.byName} <Ago at={revoked.at} />: “{revoked.reason}”
          </p>
        )}
      </div>
      <div>
        {!revoked && (
          <Button variant="default" size="compact-sm" onClick={onRevoke}>
            Revoke…<span className="sr-only"> {name}</span>
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
        {noExpiryReason === null ? ": created before keys expired. Replace this key." : `: “${noExpiryReason}”`}
      </p>
    );
  }
  return (
    <p className="dim">
      {isExpired ? "Expired" : "Expires"} <Ago at={expiresAt} />
    </p>
  );
}
