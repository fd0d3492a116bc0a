/** A session that ends while someone types: the page stays with the input until the person has signed in again. */
import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { SignedOutNotice } from "../../web/components/signed-out-notice.tsx";
import { goToSignIn } from "../../web/sign-in.ts";
import { queryClient, trpc } from "../../web/trpc.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

const server = scriptServer();

/** The session has ended, and a field has input. */
async function showSignedOut(): Promise<void> {
  await show(
    <>
      <SignedOutNotice />
      <form>
        <input aria-label="Note" defaultValue="Half a thought" />
      </form>
    </>,
  );
  const field = await screen.findByLabelText("Note");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  goToSignIn();
  await screen.findByText("You are signed out.");
}

const signInAgain = () => queryClient.refetchQueries(trpc.me.get.queryFilter());
const isGone = () => waitFor(() => expect(screen.queryByText("You are signed out.")).toBeNull());

test.each([
  { name: "reasons.list", read: () => queryClient.fetchQuery(trpc.reasons.list.queryOptions()) },
  { name: "offers.list", read: () => queryClient.fetchQuery(trpc.offers.list.queryOptions()) },
])("a late answer of $name does not say that the person has signed in again", async ({ name, read }) => {
  server.answers[name] = () => [];
  await showSignedOut();
  await read();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(screen.queryByText("You are signed out.")).not.toBeNull();
  await signInAgain();
  await isGone();
});

test("the answer about the person says so", async () => {
  await showSignedOut();
  await signInAgain();
  await isGone();
});
