import { Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { StaffView } from "../../../shared/views/staff.ts";
import { Button } from "../../components/button.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { Ago } from "../../components/time.tsx";
import { WaitingPolicyChanges } from "../../components/waiting-policy-changes.tsx";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { describeLeftBehind } from "./left-behind.ts";
import * as pageStyles from "../../components/page.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./staff.module.css";

const HandOverDialog = lazyPart(() => import("./hand-over-dialog.tsx"), "HandOverDialog");
const StaffDialog = lazyPart(() => import("./staff-dialog.tsx"), "StaffDialog");

export function StaffPage() {
  const staff = useQuery(trpc.staff.list.queryOptions());
  const [chosen, choose] = useState<StaffView | null>(null);
  const [leaving, handOver] = useState<StaffView | null>(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Staff"
        note="Everyone who has signed in. Roles are assigned in Entra; a change applies within 30 minutes. Block a person here to remove access immediately."
      />
      <WaitingPolicyChanges policy="staff_block" />
      {staff.error && !staff.data ? (
        <Problem error={staff.error} onRetry={() => void staff.refetch()} />
      ) : !staff.data ? (
        <Skeleton height={240} />
      ) : (
        <ul className={styles.staff}>
          {staff.data.map((person) => (
            <Person
              key={`${person.tenantId} ${person.objectId}`}
              person={person}
              onChoose={() => choose(person)}
              onHandOver={() => handOver(person)}
            />
          ))}
        </ul>
      )}
      <Suspense>
        {leaving?.leaves && (
          <HandOverDialog person={{ ...leaving, leaves: leaving.leaves }} onClose={() => handOver(null)} />
        )}
      </Suspense>
      <Suspense>{chosen && <StaffDialog person={chosen} onClose={() => choose(null)} />}</Suspense>
    </div>
  );
}

const roleLabels: Record<StaffView["role"], string> = { viewer: "Viewer", operator: "Operator", admin: "Admin" };

function Person(props: { person: StaffView; onChoose(): void; onHandOver(): void }) {
  const { person, onChoose } = props;
  const { name, email, role, disabled, isYou, lastSignInAt, firstSeenAt, accessLostAt, leaves } = person;
  return (
    <li className={styles.person}>
      <div>
        <h2>
          {name} {isYou && <span className={tagStyles.tag}>you</span>}
        </h2>
        <p className="dim">{email ?? "No email address"}</p>
      </div>
      <p className={styles.personRole}>{roleLabels[role]}</p>
      <div>
        <p>
          {disabled ? (
            <Dot tone="bad">Blocked</Dot>
          ) : accessLostAt ? (
            <Dot tone="bad">No role in Entra</Dot>
          ) : (
            <Dot tone="good">Active</Dot>
          )}
        </p>
        {disabled ? (
          <p className="dim">
            {disabled.byName ? `By ${disabled.byName} ` : ""}
            <Ago at={disabled.at} />
            {disabled.reason ? `: “${disabled.reason}”` : ""}
          </p>
        ) : (
          <p className="dim">
            Signed in <Ago at={lastSignInAt} />, first <Ago at={firstSeenAt} />
          </p>
        )}
        {accessLostAt && !disabled && (
          <p className="dim">
            Lost access <Ago at={accessLostAt} />
          </p>
        )}
        {leaves && <p>Owns {describeLeftBehind(leaves)}</p>}
      </div>
      <div className={styles.personButtons}>
        {leaves && (
          <Button variant="default" size="compact-sm" onClick={props.onHandOver}>
            Hand over…<span className="sr-only"> from {name}</span>
          </Button>
        )}
        {!disabled && !isYou && <EndSessions person={person} />}
        {disabled ? (
          <Button variant="default" size="compact-sm" onClick={onChoose}>
            Unblock…<span className="sr-only"> {name}</span>
          </Button>
        ) : (
          <GuardedButton
            variant="default"
            size="compact-sm"
            blockedReason={isYou ? "You cannot block yourself. Ask another admin." : null}
            onClick={onChoose}
          >
            Block…<span className="sr-only"> {name}</span>
          </GuardedButton>
        )}
      </div>
    </li>
  );
}

/** Signs a person out on all devices; the person can sign in again. */
function EndSessions({ person: { name, tenantId, objectId } }: { person: StaffView }) {
  const end = useMutation(
    trpc.security.endSessionsOf.mutationOptions({
      onSuccess: () => announce(`${name} signed out on all devices`),
      onError: (error) => announce(messageOf(error)),
    }),
  );
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={end.isPending}
      onClick={() => end.mutate({ tenantId, objectId })}
    >
      End sessions<span className="sr-only"> of {name}</span>
    </Button>
  );
}
