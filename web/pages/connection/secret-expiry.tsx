import { TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import type { ConnectionLineView } from "../../../shared/views/connection.ts";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { Button } from "../../components/button.tsx";
import * as styles from "./connection.module.css";

/** A secret's expiry date, which admins can enter. */
export function SecretExpiry({ secret }: { secret: NonNullable<ConnectionLineView["secret"]> }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const stored = secret.endsOn ?? "";
  const [day, setDay] = useState(stored);
  const [seen, setSeen] = useState(stored);
  if (seen !== stored) {
    // A typed date is kept; the line above shows the stored date.
    if (day === seen) setDay(stored);
    setSeen(stored);
  }
  const setExpiry = useMutation(
    trpc.connection.setCredentialExpiry.mutationOptions({
      onSuccess: () =>
        announce(
          day === "" ? "Expiry date removed" : "Expiry date saved. Marketdesk reminds you 60, 30 and 7 days before.",
        ),
      onSettled: () => queryClient.invalidateQueries(trpc.connection.check.queryFilter()),
    }),
  );
  if (!me.data) return null;
  if (!includesRole(me.data.role, "admin")) {
    return secret.endsOn === null && <p className="dim">An admin can enter the expiry date.</p>;
  }
  return (
    <form
      className={styles.secretEnd}
      onSubmit={(event) => {
        event.preventDefault();
        setExpiry.mutate({ app: secret.app, on: day === "" ? null : day, seenOn: secret.endsOn });
      }}
    >
      <TextInput
        type="date"
        size="xs"
        label="Expiry date in Entra"
        value={day}
        error={setExpiry.error ? messageOf(setExpiry.error, true) : undefined}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" size="compact-sm" loading={setExpiry.isPending} disabled={day === stored}>
        Save
      </Button>
    </form>
  );
}
