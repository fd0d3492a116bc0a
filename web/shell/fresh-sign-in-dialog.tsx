import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { Dialog } from "../components/dialog.tsx";
import { endFreshSignIn } from "../fresh-sign-in.ts";
import { trpc } from "../trpc.ts";
import { announce } from "./announce.tsx";

/** The sign-in is in another window, so it is asked for until it is there. */
const pollIntervalMs = 1_500;
const signIn = "/auth/sign-in?fresh=1&returnTo=/auth/confirmed";

/** Asks the person to sign in once more, in a window of its own: what they have entered here stays as it is. */
export function FreshSignInDialog() {
  return (
    <Dialog title="Confirm that it is you" onClose={endFreshSignIn}>
      {(close) => <Confirm close={close} />}
    </Dialog>
  );
}

function Confirm({ close }: { close(): void }) {
  const me = useQuery(trpc.me.get.queryOptions(undefined, { refetchInterval: pollIntervalMs, staleTime: 0 }));
  const isFresh = me.data?.isSignInFresh === true;
  const confirmed = useEffectEvent(() => {
    announce("Confirmed. Press the button again to continue.");
    close();
  });
  useEffect(() => {
    if (isFresh) confirmed();
  }, [isFresh]);
  return (
    <div className="action-form">
      <p>
        This action needs a recent sign-in. Microsoft asks you to sign in again in a new window; what you have entered
        here stays. You are then not asked again for 15 minutes.
      </p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button component="a" href={signIn} target="_blank" rel="noopener" data-autofocus>
          Sign in again
        </Button>
      </Group>
    </div>
  );
}
