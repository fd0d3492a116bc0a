import { useQuery } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import { trpc } from "../../trpc.ts";
import { GuardedButton } from "../guarded-button.tsx";
import { lazyPart } from "../lazy-part.tsx";

// Loaded when first opened.
const WriteDialog = lazyPart(() => import("./write-dialog.tsx"), "WriteDialog");

/** Opens an email to the customer of a subscription. */
export function WriteButton({ subscriptionId, name }: { subscriptionId: string; name: string }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<Element>(null);
  const isOperator = me.data !== undefined && includesRole(me.data.role, "operator");
  return (
    <>
      <GuardedButton
        variant="default"
        size="compact-sm"
        blockedReason={isOperator ? null : "You need the Operator role for this."}
        onClick={() => {
          opener.current = document.activeElement;
          setOpen(true);
        }}
      >
        Write…
      </GuardedButton>
      {isOpen && (
        <Suspense>
          <WriteDialog
            subscriptionId={subscriptionId}
            name={name}
            onClose={() => {
              setOpen(false);
              requestAnimationFrame(() => opener.current instanceof HTMLElement && opener.current.focus());
            }}
          />
        </Suspense>
      )}
    </>
  );
}
