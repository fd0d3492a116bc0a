import { Button as ButtonLink, Group } from "@mantine/core";
import { Button } from "../components/button.tsx";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { Dialog } from "../components/dialog.tsx";
import { endFreshSignIn } from "../fresh-sign-in.ts";
import { trpc } from "../trpc.ts";
import { announce } from "./announcement.ts";
import * as formStyles from "../components/form.module.css";

/** The sign-in happens in another window, so its completion is polled. */
const pollIntervalMs = 1_500;
const signIn = "/auth/sign-in?fresh=1&returnTo=/auth/confirmed";

/** Asks for a recent sign-in in a separate window, so that input on this page is kept. */
export function FreshSignInDialog() {
  return (
    <Dialog title="Confirm your identity" onClose={endFreshSignIn}>
      {(close) => <Confirm close={close} />}
    </Dialog>
  );
}

function Confirm({ close }: { close(): void }) {
  const me = useQuery(trpc.me.get.queryOptions(undefined, { refetchInterval: pollIntervalMs, staleTime: 0 }));
  const [askedAt] = useState(Date.now);
  // An earlier answer is of before the sign-in became too old.
  const isFresh = me.data?.isSignInFresh === true && me.dataUpdatedAt > askedAt;
  const confirmed = useEffectEvent(() => {
    announce("Confirmed. Press the button again to continue.");
    close();
  });
  useEffect(() => {
    if (isFresh) confirmed();
  }, [isFresh]);
  return (
    <div className={formStyles.form}>
      <p>
        This action requires a recent sign-in. Sign in again in a new window; your input on this page is kept. You will
        not be asked again for 15 minutes.
      </p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <ButtonLink component="a" href={signIn} target="_blank" rel="noopener" data-autofocus>
          Sign in again
        </ButtonLink>
      </Group>
    </div>
  );
}
